#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

use super::*;

pub(super) const EXEMPLE: &str = r#"
[mission]
nom = "demo"
finalite = "informer"
base_legale = "CRPA L114-8 II"
territoire = "Département inventé 99"
date = 2026-10-01
epoque = "2026-T4"
donnees = "inventees"
mode = "A"
suite = "rgs"
regles = "regles/fr"
variante = "regles/fr/variantes/x.yaml"
droits = ["rsa", "c2s_gratuite"]

[destinataires]
rsa = ["caf", "carsat"]

[[organisme]]
id = "caf"
nom = "Caf inventée"
siren = "000000001"
dossier = "bodies/caf"
couverture = ["recu_rsa"]
composition = "complete"
plafond_liste = 300
  [[organisme.table]]
  fichiers = ["bodies/caf/extrait/personnes.csv"]
  forme = "personnes"
  cle = "row_id"
  foyer = "numero_dossier"
  role = "qualite"
  roles = { ALL = "demandeur", CJT = "conjoint", ENF = "enfant" }
    [organisme.table.identite]
    nir = "nir"
    nom_naissance = "nom"
    date_naissance = "ne_le"
    [organisme.table.colonnes]
    date_naissance = "ne_le"
    salaire_net = "sal_{mm}"
    c2s_fin = "c2s_fin"
  [[organisme.table]]
  fichiers = ["bodies/caf/extrait/foyers.csv"]
  forme = "foyers"
  cle = "numero"
    [organisme.table.colonnes]
    recu_rsa = "mt_rsa"
    statut_occupation = "occ"
    couple = "couple"
    [organisme.table.codes.statut_occupation]
    PROP = "proprietaire"
    LOC = "locataire_vide"
    NSP = ""

[[organisme]]
id = "carsat"
nom = "Carsat inventée"
siren = "000000004"
  [[organisme.table]]
  fichiers = ["p.parquet"]
  forme = "personnes"
  cle = "row_id"
  identite = { nir = "nir" }
  [[organisme.table]]
  fichiers = ["drm1.parquet", "drm2.parquet"]
  forme = "mois"
  cle = "row_id"
  mois = "mois"
  nature = "nature"
  montant = "montant"
  exhaustif = true
    [organisme.table.natures]
    retraite_nette = ["RET", "REV"]
"#;

pub(super) fn lire(texte: &str) -> Result<Mission, ErreurMission> {
    Mission::depuis_texte(Path::new("/m/mission.toml"), texte)
}

pub(super) fn exemple() -> Mission {
    lire(EXEMPLE).unwrap()
}

/// The example with `de` replaced by `par`, which must be there.
fn modifie(de: &str, par: &str) -> String {
    assert!(EXEMPLE.contains(de), "« {de} » n'est pas dans l'exemple");
    EXEMPLE.replacen(de, par, 1)
}

/// Code and message of the only fault.
pub(super) fn faute(texte: &str) -> Faute {
    let erreur = lire(texte).unwrap_err();
    let [faute] = &erreur.fautes[..] else {
        panic!("une faute attendue :\n{erreur}");
    };
    faute.clone()
}

/// In mode B every body attests its population.
fn en_mode_b(texte: &str) -> String {
    let mut texte = texte.replacen("mode = \"A\"", "mode = \"B\"", 1);
    for siren in ["siren = \"000000001\"\n", "siren = \"000000004\"\n"] {
        texte = texte.replacen(siren, &format!("{siren}population = 1000\n"), 1);
    }
    texte
}

fn reelle(roles: &str) -> String {
    en_mode_b(&modifie("donnees = \"inventees\"", "donnees = \"reelles\"")) + roles
}

const ROLES: &str = "[roles]\ntiers_cles = \"100000001\"\nliaison = \"100000002\"\nhote = \"100000003\"\nauditeur = \"100000004\"\n";

/// The files of a table.
fn noms(table: &TableSource) -> Vec<&Path> {
    table.fichiers.iter().map(|f| f.nom()).collect()
}

#[test]
fn l_exemple_se_lit_en_entier() {
    let m = exemple();
    assert_eq!(m.nom, "demo");
    assert_eq!((m.mode, m.suite, m.donnees), (Mode::A, Suite::Rgs, Donnees::Inventees));
    assert_eq!(m.date, Date::constant(2026, 10, 1));
    assert_eq!(m.mois_m(), 2026 * 12 + 9);
    assert_eq!(m.regles, Path::new("/m/regles/fr"));
    assert_eq!(m.dossiers.livraisons, Path::new("/m/deliveries"));
    assert_eq!(m.droits.as_deref(), Some(&["rsa".to_owned(), "c2s_gratuite".to_owned()][..]));
    assert_eq!(m.destinataires("rsa"), ["caf", "carsat"]);
    assert!(m.destinataires("aspa").is_empty());
    let caf = m.organisme("caf").unwrap();
    assert_eq!(caf.composition, Composition::Complete);
    assert_eq!((caf.plafond_liste, caf.couvre("recu_rsa"), caf.couvre("recu_ppa")), (Some(300), true, false));
    let personnes = &caf.tables[0];
    assert_eq!(noms(personnes), [Path::new("/m/bodies/caf/extrait/personnes.csv")]);
    assert_eq!(personnes.roles.as_ref().unwrap().traduire("CJT"), Some("conjoint"));
    assert_eq!(personnes.identite[0], (ChampIdentite::Nir, "nir".to_owned()));
    assert!(personnes.colonnes.iter().any(|c| c.variable == "salaire_net" && c.est_serie()));
    assert_eq!(caf.tables[1].traduction("statut_occupation").unwrap().traduire("NSP"), Some(""));
    let carsat = m.organisme("carsat").unwrap();
    assert_eq!(carsat.dossier, Path::new("/m/bodies/carsat"));
    assert!(carsat.tables[1].exhaustif);
    let inconnu = m.organisme("msa").unwrap_err();
    assert_eq!((inconnu.code.as_ref(), inconnu.sortie as u8), ("E-MISSION-020", 3));
    assert!(inconnu.conseil.unwrap().contains("caf, carsat"));
}

#[test]
fn chaque_faute_a_son_code_sa_place_et_son_conseil() {
    let mut ecarts = Vec::new();
    for (de, par, code, ligne, dans) in [
        ("rsa = [\"caf\", \"carsat\"]", "rsa = [\"caf\", \"carsta\"]", "E-MISSION-019", 17, "carsat"),
        ("rsa = [\"caf\", \"carsat\"]", "rsa = [\"caf\", \"caf\"]", "E-MISSION-010", 17, "deux fois"),
        ("rsa = [\"caf\", \"carsat\"]", "\"RSA/x\" = [\"caf\"]", "E-MISSION-009", 17, "identifiant"),
        ("finalite = \"informer\"", "finalite = \"infomer\"", "E-MISSION-009", 4, "informer"),
        ("date = 2026-10-01", "date = \"2026-02-30\"", "E-MISSION-009", 7, "date"),
        ("date = 2026-10-01", "date = 2026-10-01T12:00:00", "E-MISSION-009", 7, "date"),
        ("date = 2026-10-01", "date = 20261001", "E-MISSION-009", 7, "date"),
        ("epoque = \"2026-T4\"", "epoque = \"2026-T5\"", "E-MISSION-009", 8, "trimestre"),
        ("epoque = \"2026-T4\"", "epoque = \"automne\"", "E-MISSION-009", 8, "trimestre"),
        ("mode = \"A\"", "mode = \"C\"", "E-MISSION-009", 10, "A, B"),
        ("nom = \"demo\"", "nom = \" \"", "E-MISSION-009", 3, "vide"),
        ("nom = \"demo\"", "nim = \"demo\"", "E-MISSION-005", 3, "nom"),
        ("nom = \"demo\"", "", "E-MISSION-006", 2, "nom"),
        ("nom = \"demo\"", "nom = 3", "E-MISSION-007", 3, "guillemets"),
        ("nom = \"demo\"", "nom = \"a\"\nnom = \"b\"", "E-MISSION-008", 4, "une seule"),
        ("nom = \"demo\"", "nom = \"demo", "E-MISSION-004", 3, "guillemets"),
        ("siren = \"000000001\"", "siren = \"12\"", "E-MISSION-011", 22, "neuf chiffres"),
        ("plafond_liste = 300", "plafond_liste = -1", "E-MISSION-007", 26, "entier positif"),
        ("composition = \"complete\"", "composition = \"complète\"", "E-MISSION-009", 25, "complete"),
        ("forme = \"foyers\"", "forme = \"foyer\"", "E-MISSION-009", 44, "foyers"),
        ("ENF = \"enfant\"", "ENF = \"enfants\"", "E-MISSION-009", 33, "enfant"),
        ("nom_naissance = \"nom\"", "nom_naisance = \"nom\"", "E-MISSION-023", 36, "nom_naissance"),
        ("  cle = \"numero\"", "  cle = \"numero\"\n  foyer = \"x\"", "E-MISSION-022", 42, "foyers"),
        ("recu_rsa = \"mt_rsa\"", "recu_rsa = \"a\"\n    salaire_net_m03 = \"b\"", "E-MISSION-010", 0, "ligne 40"),
        ("[\"RET\", \"REV\"]", "[\"RET\", \"RET\"]", "E-MISSION-010", 0, "une seule fois"),
        ("[\"RET\", \"REV\"]", "[]", "E-MISSION-009", 0, "code de nature"),
        ("  nature = \"nature\"\n", "", "E-MISSION-022", 0, "nature"),
        ("  identite = { nir = \"nir\" }\n", "", "E-MISSION-024", 0, "identite"),
        ("  foyer = \"numero_dossier\"\n", "", "E-MISSION-024", 0, "foyer"),
        ("fichiers = [\"p.parquet\"]", "fichiers = []", "E-MISSION-009", 0, "fichier"),
        ("salaire_net = \"sal_{mm}\"", "salaire_net_m03 = \"sal_{mm}\"", "E-MISSION-017", 40, "{mm}"),
    ] {
        let trouvee = faute(&modifie(de, par));
        let tout = format!("{} {}", trouvee.message, trouvee.conseil);
        let place = trouvee.place.map_or(0, |p| p.ligne);
        if trouvee.code != code || !tout.contains(dans) || place == 0 || (ligne != 0 && place != ligne) {
            ecarts.push(format!("{par} : {} ligne {place} « {tout} »", trouvee.code));
        }
    }
    assert!(ecarts.is_empty(), "{}", ecarts.join("\n"));
}

#[test]
fn deux_organismes_de_meme_id_sont_refuses() {
    let texte = modifie("id = \"carsat\"", "id = \"caf\"").replacen("[\"caf\", \"carsat\"]", "[\"caf\"]", 1);
    let trouvee = faute(&texte);
    assert_eq!((trouvee.code, trouvee.place.unwrap().ligne), ("E-MISSION-010", 56));
    assert!(trouvee.message.contains("ligne 20"), "{}", trouvee.message);
}

#[test]
fn un_id_ne_sort_pas_de_son_dossier() {
    let texte = modifie("id = \"caf\"", "id = \"../caf\"").replacen("[\"caf\", \"carsat\"]", "[\"carsat\"]", 1);
    assert_eq!(faute(&texte).code, "E-MISSION-009");
}

#[test]
fn toutes_les_fautes_sont_dites_d_un_coup() {
    let texte = modifie("mode = \"A\"", "mode = \"C\"").replacen("suite = \"rgs\"", "suite = \"rsg\"", 1);
    let erreur = lire(&texte).unwrap_err();
    assert_eq!(erreur.fautes.len(), 2);
    assert!(erreur.to_string().contains("/m/mission.toml:10:8 : « C » ne convient pas"), "{erreur}");
    let commande = ErreurCommande::from(erreur);
    assert_eq!(commande.sortie as u8, 3);
    assert!(commande.message.contains("mission.toml:11:9"), "{commande}");
}

#[test]
fn fichier_absent_ou_illisible() {
    let absent = Mission::lire("/n/existe/pas.toml").unwrap_err();
    assert_eq!(absent.fautes[0].code, "E-MISSION-001");
    let d = tempfile::tempdir().unwrap();
    let chemin = d.path().join("m.toml");
    std::fs::write(&chemin, b"\xff\xfe").unwrap();
    assert_eq!(Mission::lire(&chemin).unwrap_err().fautes[0].code, "E-MISSION-002");
}

#[test]
fn donnees_reelles_roles_separes() {
    assert!(lire(&reelle(ROLES)).is_ok());
    for (roles, code) in [
        (ROLES.replace("100000002", "100000001"), "E-MISSION-013"),
        (ROLES.replace("100000003", "100000002"), "E-MISSION-013"),
        (ROLES.replace("100000003", "100000001"), "E-MISSION-013"),
        (ROLES.replace("100000001", "000000004"), "E-MISSION-014"),
        (ROLES.replace("liaison = \"100000002\"\n", ""), "E-MISSION-012"),
        (ROLES.replace("100000002", "1000"), "E-MISSION-011"),
    ] {
        assert_eq!(faute(&reelle(&roles)).code, code, "{roles}");
    }
    // The auditor may be anybody's: it opens traces and holds no key of tokens.
    assert!(lire(&reelle(&ROLES.replace("100000004", "100000003"))).is_ok());
    assert_eq!(lire(&reelle("")).unwrap_err().fautes.len(), 4);
    // Invented data: one process plays all the roles.
    assert!(lire(&(EXEMPLE.to_owned() + &ROLES.replace("100000002", "100000001"))).is_ok());
    let sans_siren = reelle(ROLES).replacen("siren = \"000000001\"\n", "", 1);
    assert_eq!(faute(&sans_siren).code, "E-MISSION-012");
}

#[test]
fn mode_a_refuse_pour_plusieurs_responsables_reels() {
    let mode_a = reelle(ROLES).replacen("mode = \"B\"", "mode = \"A\"", 1);
    let trouvee = faute(&mode_a);
    assert_eq!((trouvee.code, trouvee.place.unwrap().ligne), ("E-MISSION-015", 10));
    // A single controller may.
    assert!(lire(&mode_a.replacen("\"000000004\"", "\"000000001\"", 1)).is_ok());
}

#[test]
fn l_empreinte_lie_la_finalite_et_rien_d_autre() {
    let reference = exemple().empreinte("abc");
    assert_eq!(reference.len(), 64);
    assert_eq!(exemple().empreinte("abc"), reference);
    assert_ne!(exemple().empreinte("abd"), reference);
    for (de, par) in [
        ("nom = \"demo\"", "nom = \"demp\""),
        ("finalite = \"informer\"", "finalite = \"attribuer\""),
        ("CRPA L114-8 II", "CRPA L114-8 I"),
        ("inventé 99", "inventé 98"),
        ("date = 2026-10-01", "date = 2026-10-02"),
        ("epoque = \"2026-T4\"", "epoque = \"2026-T3\""),
        ("suite = \"rgs\"", "suite = \"rapide\""),
        ("droits = [\"rsa\", \"c2s_gratuite\"]", "droits = [\"rsa\"]"),
        ("droits = [\"rsa\", \"c2s_gratuite\"]\n", ""),
        ("siren = \"000000004\"", "siren = \"000000005\""),
    ] {
        assert_ne!(lire(&modifie(de, par)).unwrap().empreinte("abc"), reference, "{par}");
    }
    let reel = lire(&reelle(ROLES)).unwrap().empreinte("abc");
    let mode_b = lire(&en_mode_b(EXEMPLE)).unwrap().empreinte("abc");
    assert_ne!(mode_b, reference);
    assert_ne!(reel, mode_b);
    for (de, par) in [
        ("regles = \"regles/fr\"", "regles = \"ailleurs\""),
        ("droits = [\"rsa\", \"c2s_gratuite\"]", "droits = [\"c2s_gratuite\", \"rsa\"]"),
        ("plafond_liste = 300", "plafond_liste = 200"),
        ("rsa = [\"caf\", \"carsat\"]", "rsa = [\"carsat\"]"),
        ("date = 2026-10-01", "date = \"2026-10-01\""),
    ] {
        assert_eq!(lire(&modifie(de, par)).unwrap().empreinte("abc"), reference, "{par}");
    }
}

#[test]
fn deux_champs_voisins_ne_se_melangent_pas() {
    let a = lire(&modifie("CRPA L114-8 II", "AB").replacen("Département inventé 99", "C", 1)).unwrap();
    let b = lire(&modifie("CRPA L114-8 II", "A").replacen("Département inventé 99", "BC", 1)).unwrap();
    assert_ne!(a.empreinte("x"), b.empreinte("x"));
}

#[test]
fn les_fichiers_de_la_ligne_de_commande_remplacent_ceux_de_la_mission() {
    let mut caf = exemple().organisme("caf").unwrap().clone();
    caf.remplacer_fichiers(&[Path::new("/ici/foyers.parquet").into()]).unwrap();
    assert_eq!(noms(&caf.tables[1]), [Path::new("/ici/foyers.parquet")]);
    assert_eq!(noms(&caf.tables[0]), [Path::new("/m/bodies/caf/extrait/personnes.csv")]);
    let refus = caf.remplacer_fichiers(&[Path::new("/ici/autre.csv").into()]).unwrap_err();
    assert_eq!(refus.code, "E-MISSION-021");
    caf.tables.truncate(1);
    caf.remplacer_fichiers(&[Path::new("/ici/a.csv").into(), Path::new("/ici/b.csv").into()]).unwrap();
    assert_eq!(caf.tables[0].fichiers.len(), 2);
}

pub(super) fn vocabulaire() -> Vocabulaire {
    let v = |genre, serie| Variable { genre, serie };
    let occupations = ["proprietaire", "locataire_vide"].map(String::from).to_vec();
    Vocabulaire::nouveau(
        [
            ("date_naissance", v(Genre::Date { absent_possible: false }, false)),
            ("c2s_fin", v(Genre::Date { absent_possible: true }, false)),
            ("salaire_net", v(Genre::Montant, true)),
            ("retraite_nette", v(Genre::Montant, true)),
            ("recu_rsa", v(Genre::Montant, false)),
            ("couple", v(Genre::Booleen, false)),
            ("age", v(Genre::Nombre, false)),
            ("statut_occupation", v(Genre::Code { permis: occupations }, false)),
        ]
        .map(|(nom, variable)| (nom.to_owned(), variable)),
    )
}

#[test]
fn le_vocabulaire_juge_les_noms_de_la_mission() {
    assert!(exemple().verifier_vocabulaire(&vocabulaire()).is_ok());
    for (de, par, code, dans) in [
        ("recu_rsa = \"mt_rsa\"", "recu_rsaa = \"mt_rsa\"", "E-MISSION-016", "« recu_rsa » ?"),
        ("couverture = [\"recu_rsa\"]", "couverture = [\"recu_ras\"]", "E-MISSION-016", "« recu_rsa » ?"),
        ("retraite_nette = [", "retraite_net = [", "E-MISSION-016", "« retraite_nette » ?"),
        ("table.codes.statut_occupation", "table.codes.statut_ocupation", "E-MISSION-016", "« statut_occupation » ?"),
        ("PROP = \"proprietaire\"", "PROP = \"proprio\"", "E-MISSION-018", "proprietaire, locataire_vide"),
        ("salaire_net = \"sal_{mm}\"", "salaire_net = \"sal\"", "E-MISSION-017", "{mm}"),
        ("recu_rsa = \"mt_rsa\"", "recu_rsa = \"mt_{mm}\"", "E-MISSION-017", "{mm}"),
        ("recu_rsa = \"mt_rsa\"", "recu_rsa_m03 = \"mt_rsa\"", "E-MISSION-016", "« recu_rsa »"),
        ("retraite_nette = [", "couple = [", "E-MISSION-017", "couple"),
    ] {
        let mission = lire(&modifie(de, par)).unwrap();
        let erreur = mission.verifier_vocabulaire(&vocabulaire()).unwrap_err();
        assert_eq!(erreur.fautes[0].code, code, "{par} : {erreur}");
        assert!(erreur.to_string().contains(dans), "{par} : {erreur}");
        assert!(erreur.fautes[0].place.is_some());
    }
}

#[test]
fn un_code_permis_peut_avoir_des_lettres_libres() {
    let pays = Genre::Code { permis: vec!["FR".into(), "??".into()] };
    assert!(pays.permet("FR") && pays.permet("DZ"));
    assert!(!pays.permet("dz") && !pays.permet("DZA") && !pays.permet("Ré"));
}

#[test]
fn les_missions_livrees_se_lisent() {
    let dossier = Path::new(env!("CARGO_MANIFEST_DIR")).join("missions");
    let mut lues = 0;
    for entree in std::fs::read_dir(dossier).unwrap() {
        let chemin = entree.unwrap().path();
        if chemin.extension().is_some_and(|e| e == "toml") {
            Mission::lire(&chemin).unwrap_or_else(|e| panic!("{e}"));
            lues += 1;
        }
    }
    assert!(lues > 0);
}
