//! Without a line in force, nothing of a family leaves, and what came without one is not taken in.

use super::banc::{Banc, LIGNE_CPAM, LIGNES, conventionnee};

/// A mission whose lines are these, signed by all.
fn avec_lignes(avant: &str, apres: &str) -> Banc {
    assert!(LIGNES.contains(avant), "{avant}");
    Banc::avec(&conventionnee().replace(avant, apres))
}

const SCELLER: [&str; 4] = ["seal", "mission.toml", "--body", "cpam"];

#[test]
fn avec_des_lignes_en_vigueur_et_signees_tout_se_fait() {
    let ici = Banc::relie();
    ici.reussir(&["detect", "mission.toml"]);
    ici.reussir(&["outreach", "mission.toml", "--for", "cpam"]);
    assert!(ici.chemin("lists/cpam.age").exists());
}

#[test]
fn une_ligne_expiree_pas_commencee_ou_absente_arrete_le_scellement() {
    let ici = avec_lignes(LIGNE_CPAM, "convention = \"essai-cpam-1\"\ndu = 2025-07-01\nau = 2026-09-30");
    let mots = ["« c2s_ouverte »", "famille « social »", "« cpam »", "CRPA L114-8 II", "essai-cpam-1", "a pris fin le 2026-09-30"];
    ici.refuse(&SCELLER, "E-MANIFESTE-002", &mots);
    // The other body is not concerned.
    ici.reussir(&["seal", "mission.toml", "--body", "caf"]);

    let ici = avec_lignes(LIGNE_CPAM, "convention = \"essai-cpam-1\"\ndu = 2026-10-02\nau = 2027-06-30");
    ici.refuse(&SCELLER, "E-MANIFESTE-003", &["« c2s_ouverte »", "« cpam »", "ne commence que le 2026-10-02"]);

    // The day of the mission is the last of the line, or its first.
    for jours in ["du = 2025-07-01\nau = 2026-10-01", "du = 2026-10-01\nau = 2026-10-01"] {
        avec_lignes(LIGNE_CPAM, jours).reussir(&SCELLER);
    }

    let ici = avec_lignes("familles = [\"social\"]", "familles = [\"ressources\"]");
    ici.refuse(&SCELLER, "E-MANIFESTE-001", &["« c2s_ouverte »", "famille « social »", "de « cpam » à « hote »", "aucune ligne"]);
}

/// A line cannot permit what the rules keep with its holder, nor what they do not know.
#[test]
fn une_ligne_ne_donne_que_des_classes_qui_peuvent_partir() {
    for (famille, code, mots) in [
        ("sociale", "E-MANIFESTE-014", ["famille « sociale »", "Vouliez-vous dire « social »"]),
        ("sante", "E-MANIFESTE-015", ["famille « sante »", "ne quitte pas son détenteur"]),
        ("penal", "E-MANIFESTE-015", ["famille « penal »", "aucune convention n'y change rien"]),
    ] {
        let ici = Banc::nouveau();
        ici.changer("familles = [\"social\"]", &format!("familles = [\"social\", \"{famille}\"]"));
        ici.refuse(&SCELLER, code, &mots);
        ici.refuse(&["manifeste", "signe", "mission.toml", "--body", "cpam"], code, &mots);
    }
}

#[test]
fn la_composition_des_foyers_a_sa_ligne_aussi() {
    let ici = avec_lignes("[\"social\", \"composition\"]", "[\"social\"]");
    ici.refuse(&["seal", "mission.toml", "--body", "caf"], "E-MANIFESTE-001", &["« foyer »", "famille « composition »"]);
}

#[test]
fn une_colonne_tenue_par_un_autre_est_refusee_au_lieu_d_etre_laissee() {
    let ici =
        Banc::avec(&conventionnee().replace("enceinte = \"grossesse\"", "enceinte = \"grossesse\"\nsalaire_net_m14 = \"vieux_salaire\""));
    ici.refuse(&["seal", "mission.toml", "--body", "caf"], "E-MANIFESTE-004", &["« caf »", "« salaire_net »", "(carsat)"]);
}

#[test]
fn sans_ligne_aucune_identite_ne_part() {
    let ici = avec_lignes(
        "organisme = \"cpam\"\nfamilles = [\"identite\", \"numero_national\"]",
        "organisme = \"cpam\"\nfamilles = [\"numero_national\"]",
    );
    ici.refuse(&SCELLER, "E-MANIFESTE-001", &["jetons d'identité", "famille « identite »", "de « cpam » à « liaison »"]);
}

const SANS_NUMERO: [&str; 2] =
    ["organisme = \"cpam\"\nfamilles = [\"identite\", \"numero_national\"]", "organisme = \"cpam\"\nfamilles = [\"identite\"]"];

#[test]
fn sans_ligne_aucun_jeton_n_est_fait_du_numero() {
    let ici = avec_lignes(SANS_NUMERO[0], SANS_NUMERO[1]);
    ici.reussir(&["seal", "mission.toml", "--body", "caf"]);
    let dit = ici.reussir(&SCELLER);
    assert!(dit.contains("aucun jeton : pas de ligne « numero_national »"), "{dit}");
    let (_, lot) = ici.table_jetons("cpam");
    let avec = |colonne: &str| lot.lot().column_by_name(colonne).unwrap().len() - lot.lot().column_by_name(colonne).unwrap().null_count();
    assert_eq!(["p0", "p1", "p12"].map(avec), [0, 0, 0]);
    assert!(avec("p2") > 0, "les noms et la date relient encore");
    let certifies = lot.colonne("nir_certifie").unwrap().booleen().unwrap();
    assert!(certifies.into_iter().all(|c| c == Some(false)));
    let (_, marquees) = ici.oppositions("cpam");
    assert_eq!(marquees.lot().column_by_name("p0").unwrap().null_count(), marquees.lot().num_rows());
    // Those whom names and dates link are linked: nothing else refuses the delivery.
    ici.reussir(&["link", "mission.toml"]);
    ici.reussir(&["detect", "mission.toml"]);
}

#[test]
fn un_extrait_qui_n_a_que_le_numero_ne_part_pas_sans_sa_ligne() {
    let identite =
        "nir = \"nir\"\nnom_naissance = \"nom\"\nprenoms = \"prenom\"\ndate_naissance = \"ne_le\"\nsexe = \"sexe\"\ncode_postal = \"cp\"";
    let texte = conventionnee().replace(SANS_NUMERO[0], SANS_NUMERO[1]);
    let (debut, fin) = texte.split_once("id = \"cpam\"").unwrap();
    let ici = Banc::avec(&format!("{debut}id = \"cpam\"{}", fin.replacen(identite, "nir = \"nir\"", 1)));
    ici.refuse(&SCELLER, "E-MANIFESTE-005", &["numéros nationaux de « cpam »", "rien d'autre pour relier"]);
}

/// What a body of bad faith, or of an older program, delivers all the same.
#[test]
fn la_liaison_et_l_hote_refusent_ce_qui_vient_sans_ligne() {
    let ici = Banc::relie();
    // The lines change after the sealing, and all sign: keys and deliveries are still of the mission.
    ici.changer(SANS_NUMERO[0], SANS_NUMERO[1]);
    ici.signer();
    ici.refuse(&["link", "mission.toml"], "E-MANIFESTE-007", &["« cpam »", "numéro national"]);

    let ici = Banc::relie();
    ici.changer("organisme = \"cpam\"\nfamilles = [\"identite\", \"numero_national\"]", "organisme = \"caf\"\nfamilles = [\"ressources\"]");
    ici.changer("familles = [\"ressources\"]\ndestinataire = \"liaison\"", "familles = [\"ressources\"]\ndestinataire = \"hote\"");
    ici.signer();
    ici.refuse(&["link", "mission.toml"], "E-MANIFESTE-001", &["famille « identite »", "« cpam »"]);

    let ici = Banc::relie();
    ici.changer(LIGNE_CPAM, "convention = \"essai-cpam-1\"\ndu = 2025-07-01\nau = 2026-09-30");
    ici.signer();
    ici.refuse(&["detect", "mission.toml"], "E-MANIFESTE-006", &["livraison de « cpam »", "« c2s_ouverte »", "famille « social »"]);
    assert!(!ici.chemin("host/findings.parquet").exists());
}

#[test]
fn aucune_liste_ne_part_sans_ligne() {
    let ici = Banc::relie();
    ici.reussir(&["detect", "mission.toml"]);
    let vers_cpam = "destinataire = \"cpam\"\narticle = \"CRPA L114-8 II\"\ndu = 2026-07-01\nau = 2027-06-30";
    ici.changer(vers_cpam, "destinataire = \"cpam\"\narticle = \"CRPA L114-8 II\"\ndu = 2025-07-01\nau = 2026-06-30");
    ici.signer();
    let liste = ["outreach", "mission.toml", "--for", "cpam"];
    ici.refuse(&liste, "E-MANIFESTE-002", &["la liste de « cpam »", "famille « reperage »", "de « hote » à « cpam »", "2026-06-30"]);
    ici.reussir(&["outreach", "mission.toml", "--for", "caf"]);
}

/// Invented people without any line: as before there were lines.
#[test]
fn une_mission_inventee_sans_ligne_ne_demande_rien() {
    let texte = conventionnee();
    let ici = Banc::avec(texte.strip_suffix(LIGNES).unwrap());
    ici.reussir(&["seal", "mission.toml", "--body", "caf"]);
    ici.reussir(&SCELLER);
    ici.reussir(&["link", "mission.toml"]);
}
