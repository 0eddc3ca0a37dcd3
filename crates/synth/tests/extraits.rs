//! The bodies' files: row numbers, truth, declared imperfections, names of columns in the missions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod soutien;

use arrow::array::{
    Array, BooleanArray, Date32Array, FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, UInt16Array,
};
use arrow::compute::concat_batches;
use recours_synth::{ExtraitOrganisme, Organisme, Territoire, imperfections};
use soutien::territoire;
use std::collections::{HashMap, HashSet};

fn fichiers(e: &ExtraitOrganisme<'_>) -> HashMap<&'static str, RecordBatch> {
    let lots: Vec<Vec<RecordBatch>> = e.lots().map(Result::unwrap).collect();
    e.fichiers.iter().enumerate().map(|(i, f)| (f.chemin, concat_batches(&f.schema, lots.iter().map(|l| &l[i])).unwrap())).collect()
}

fn extrait(t: &Territoire, o: Organisme) -> HashMap<&'static str, RecordBatch> {
    fichiers(t.extraits().iter().find(|e| e.organisme == o).unwrap())
}

fn principal<'f>(f: &'f HashMap<&'static str, RecordBatch>) -> &'f RecordBatch {
    ["extrait/personnes.parquet", "extrait/assures.parquet", "extrait/inscrits.parquet", "extrait/suivis.parquet"]
        .iter()
        .find_map(|c| f.get(c))
        .unwrap()
}

fn cles(b: &RecordBatch) -> Vec<[u8; 16]> {
    let a = b.column_by_name("row_id").unwrap().as_any().downcast_ref::<FixedSizeBinaryArray>().unwrap();
    (0..a.len()).map(|i| a.value(i).try_into().unwrap()).collect()
}

fn texte<'b>(b: &'b RecordBatch, nom: &str) -> &'b StringArray {
    b.column_by_name(nom).unwrap_or_else(|| panic!("{nom}")).as_any().downcast_ref().unwrap()
}

/// Who stands behind each row: body -> row -> (person, foyer).
type Verite = HashMap<String, HashMap<[u8; 16], (i64, i64)>>;

fn verite(lots: impl Iterator<Item = RecordBatch>) -> (Verite, usize) {
    let mut v: Verite = HashMap::new();
    let mut n = 0;
    for b in lots {
        let (corps, cles) = (texte(&b, "body").clone(), cles(&b));
        let ids = |c: &str| b.column_by_name(c).unwrap().as_any().downcast_ref::<Int64Array>().unwrap().clone();
        let (p, h) = (ids("person_id"), ids("household_id"));
        for (i, cle) in cles.iter().enumerate() {
            n += 1;
            v.entry(corps.value(i).to_string()).or_default().insert(*cle, (p.value(i), h.value(i)));
        }
    }
    (v, n)
}

#[test]
fn la_verite_couvre_chaque_ligne_et_rien_d_autre() {
    let (t, _) = territoire(20_000);
    let (verite, n) = verite(t.verite_personnes().map(Result::unwrap));
    let mut total = 0;
    for e in t.extraits() {
        let f = fichiers(&e);
        let lignes = cles(principal(&f));
        let uniques: HashSet<[u8; 16]> = lignes.iter().copied().collect();
        assert_eq!(uniques.len(), lignes.len(), "{} : un numéro de ligne sert deux fois", e.organisme.id());
        let connues = &verite[e.organisme.id()];
        assert_eq!(connues.len(), lignes.len());
        assert!(lignes.iter().all(|c| connues.contains_key(c)));
        assert_eq!(cles(&f["registre.parquet"]), lignes, "le registre a les mêmes lignes");
        total += lignes.len();
    }
    assert_eq!(total, n);
}

#[test]
fn chaque_organisme_connait_les_siens_comme_dans_la_vie() {
    let (t, _) = territoire(20_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    let gens = |o: &str| verite[o].values().map(|v| v.0).collect::<HashSet<i64>>();
    let (caf, msa, cpam, carsat) = (gens("caf"), gens("msa"), gens("cpam"), gens("carsat"));
    assert!(caf.is_disjoint(&msa) && cpam.is_disjoint(&msa));
    let part = |x: usize| x as f64 / t.nombre_personnes() as f64;
    assert!((0.93..0.99).contains(&part(cpam.len())), "{}", part(cpam.len()));
    assert!((0.35..0.6).contains(&part(caf.len())), "{}", part(caf.len()));
    assert!((0.02..0.07).contains(&part(msa.len())), "{}", part(msa.len()));
    assert!((0.65..0.82).contains(&part(carsat.len())), "{}", part(carsat.len()));
    // Some are known to one body only.
    let mut vus: HashMap<i64, usize> = HashMap::new();
    for o in verite.keys() {
        for p in gens(o) {
            *vus.entry(p).or_default() += 1;
        }
    }
    assert!(vus.values().filter(|&&n| n == 1).count() > 500);
}

fn cle_juste(nir: &str) -> bool {
    let chiffres = nir[..13].replacen("2A", "19", 1).replacen("2B", "18", 1);
    chiffres.parse::<u64>().is_ok_and(|n| 97 - n % 97 == nir[13..].parse::<u64>().unwrap_or(999))
}

#[test]
fn les_numeros_sont_valides_inventes_et_uniques() {
    let (t, _) = territoire(20_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    let f = extrait(&t, Organisme::Carsat);
    let b = principal(&f);
    let (nir, naissance, lignes) = (texte(b, "nir"), texte(b, "commune_naissance"), cles(b));
    let mut de_qui: HashMap<String, i64> = HashMap::new();
    let (mut corse, mut etranger, mut fausses, mut nia) = (0, 0, 0, 0);
    for i in 0..nir.len() {
        if nir.is_null(i) {
            continue;
        }
        let n = nir.value(i);
        assert_eq!(n.len(), 15);
        let lieu = &n[5..10];
        let inventee = match &lieu[..2] {
            "99" => (500..900).contains(&lieu[2..].parse::<i32>().unwrap()),
            "97" => (90..99).contains(&lieu[3..].parse::<i32>().unwrap()),
            _ => (910..990).contains(&lieu[2..].parse::<i32>().unwrap()),
        };
        assert!(inventee, "un lieu hors de la plage inventée");
        if !naissance.is_null(i) {
            assert_eq!(naissance.value(i), lieu);
        }
        corse += usize::from(lieu.starts_with("2A") || lieu.starts_with("2B"));
        etranger += usize::from(lieu.starts_with("99"));
        nia += usize::from(n.starts_with('7') || n.starts_with('8'));
        if !cle_juste(n) {
            fausses += 1;
            continue;
        }
        let personne = verite["carsat"][&lignes[i]].0;
        assert_eq!(*de_qui.entry(n.to_string()).or_insert(personne), personne, "deux personnes, un numéro");
    }
    assert!(corse > 20 && etranger > 1_000 && nia > 0);
    assert!(fausses < 20, "{fausses}");
}

#[test]
fn les_taux_d_imperfection_sont_ceux_declares() {
    let (t, _) = territoire(60_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    for o in Organisme::TOUS {
        let f = extrait(&t, o);
        let b = principal(&f);
        let n = b.num_rows() as f64;
        let proche = |quoi: &str, compte: usize, taux: f64| {
            let attendu = n * taux;
            assert!(
                (compte as f64 - attendu).abs() <= 4.0 * attendu.sqrt() + 2.0,
                "{} {quoi} : {compte} pour {attendu:.1} attendus",
                o.id()
            );
        };
        proche("numéros manquants", texte(b, "nir").null_count(), o.taux().nir_manquant);
        proche("communes manquantes", texte(b, "commune_naissance").null_count(), o.taux().commune_manquante);
        let personnes: HashSet<i64> = verite[o.id()].values().map(|v| v.0).collect();
        proche("doublons", b.num_rows() - personnes.len(), o.taux().doublon);
    }
}

#[test]
fn des_enfants_sont_sous_le_numero_d_un_parent_a_la_cpam() {
    let (t, _) = territoire(20_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    let f = extrait(&t, Organisme::Cpam);
    let b = principal(&f);
    let (nir, lignes) = (texte(b, "nir"), cles(b));
    let naissance = b.column_by_name("date_naissance").unwrap().as_any().downcast_ref::<Date32Array>().unwrap();
    let mut de: HashMap<&str, HashSet<i64>> = HashMap::new();
    for i in (0..nir.len()).filter(|&i| !nir.is_null(i)) {
        de.entry(nir.value(i)).or_default().insert(verite["cpam"][&lignes[i]].0);
    }
    let seize_ans = 20_727 - 16 * 365 - 4;
    let petits: Vec<usize> = (0..nir.len()).filter(|&i| naissance.value(i) > seize_ans).collect();
    let sous = petits.iter().filter(|&&i| !nir.is_null(i) && de[nir.value(i)].len() > 1).count();
    let part = sous as f64 / petits.len() as f64;
    // A little less is seen when the parent's own row has no number or another one.
    assert!((part - imperfections::ENFANT_SOUS_NIR_PARENT).abs() < 0.04, "{part}");
}

#[test]
fn la_plus_petite_mission_trouve_ce_qui_a_ete_cache() {
    let (t, bilan) = territoire(30_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    let booleen = |b: &RecordBatch, c: &str| b.column_by_name(c).unwrap().as_any().downcast_ref::<BooleanArray>().unwrap().clone();
    let (caf, cpam) = (extrait(&t, Organisme::Caf), extrait(&t, Organisme::Cpam));
    let rsa = booleen(principal(&caf), "rsa_paye");
    let css = booleen(principal(&cpam), "css_active");
    let couvert: HashMap<i64, bool> = cles(principal(&cpam))
        .iter()
        .enumerate()
        .filter(|(i, _)| !css.is_null(*i))
        .map(|(i, c)| (verite["cpam"][c].0, css.value(i)))
        .collect();
    let manques: HashSet<i64> = cles(principal(&caf))
        .iter()
        .enumerate()
        .filter(|(i, c)| !rsa.is_null(*i) && rsa.value(*i) && couvert.get(&verite["caf"][*c].0) == Some(&false))
        .map(|(_, c)| verite["caf"][c].1)
        .collect();
    assert!(!manques.is_empty() && manques.len() <= bilan.rsa_sans_c2s);
    assert!(manques.len() as f64 > 0.8 * bilan.rsa_sans_c2s as f64, "{} sur {}", manques.len(), bilan.rsa_sans_c2s);
}

#[test]
fn le_drm_dit_les_ressources_et_rien_d_autre() {
    let (t, _) = territoire(8_000);
    let (verite, _) = verite(t.verite_personnes().map(Result::unwrap));
    let f = extrait(&t, Organisme::Carsat);
    let drm = &f["extrait/drm.parquet"];
    let (mois, montant, nature) = (
        drm.column_by_name("mois").unwrap().as_any().downcast_ref::<Date32Array>().unwrap(),
        drm.column_by_name("montant").unwrap().as_any().downcast_ref::<Float64Array>().unwrap(),
        texte(drm, "nature"),
    );
    let mut salaire: HashMap<i64, f64> = HashMap::new();
    for (i, c) in cles(drm).iter().enumerate() {
        assert!((20_270..=20_727).contains(&mois.value(i)), "mois hors de M-14..M");
        if nature.value(i) == "SAL" && mois.value(i) == 20_666 {
            *salaire.entry(verite["carsat"][c].0).or_default() += montant.value(i);
        }
    }
    let listes: HashSet<i64> = verite["carsat"].values().map(|v| v.0).collect();
    for lot in t.lots(100_000).map(Result::unwrap) {
        let (id, vrai) = (soutien::reels(&lot.personnes, "person_id"), soutien::reels(&lot.personnes, "salaire_net_m02"));
        for k in 0..id.len() {
            let p = id[k] as i64;
            assert!(vrai[k] == 0.0 || listes.contains(&p), "un salaire que la Carsat ignore");
            assert!((salaire.get(&p).copied().unwrap_or(0.0) - vrai[k]).abs() < 0.005);
        }
    }
    let tardifs = montant.null_count() as f64 / drm.num_rows() as f64;
    assert!(tardifs > 0.0 && tardifs < 0.002, "{tardifs}");
}

#[test]
fn les_missions_nomment_des_colonnes_qui_existent() {
    let (t, _) = territoire(2_000);
    let r = soutien::reference(2_000);
    for (nom, extraits) in
        [("demo", t.extraits()), ("echeances", t.extraits()), ("rsa_sans_css", t.extraits()), ("reference", r.extraits())]
    {
        let chemin = format!("{}/../../missions/{nom}.toml", env!("CARGO_MANIFEST_DIR"));
        let mission = std::fs::read_to_string(&chemin).unwrap();
        let mut fichier: Option<RecordBatch> = None;
        let mut section = String::new();
        let mut colonnes: HashMap<String, String> = HashMap::new();
        let mut vues = 0;
        for ligne in mission.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
            if let Some(s) = ligne.strip_prefix('[') {
                section = s.trim_matches(['[', ']']).to_string();
                continue;
            }
            let Some((cle, valeur)) = ligne.split_once(" = ") else { continue };
            let valeur = valeur.trim_matches(['"', '[', ']']);
            if cle == "fichiers" {
                let mut parts = valeur.splitn(3, '/').skip(1);
                let (o, chemin) = (parts.next().unwrap(), parts.next().unwrap());
                let e = extraits.iter().find(|e| e.organisme.id() == o).unwrap();
                fichier = Some(fichiers(e)[chemin].clone());
                colonnes.clear();
                continue;
            }
            let Some(b) = &fichier else { continue };
            let colonne = match section.as_str() {
                "organisme.table.colonnes" | "organisme.table.identite" => {
                    colonnes.insert(cle.to_string(), valeur.to_string());
                    Some(valeur)
                }
                "organisme.table" if ["cle", "foyer", "role", "mois", "nature", "montant"].contains(&cle) => Some(valeur),
                _ => None,
            };
            if let Some(c) = colonne {
                assert!(b.column_by_name(c).is_some(), "{nom} : colonne {c} inconnue");
                vues += 1;
            }
        }
        assert!(vues > 15, "{nom}");
        codes_traduits(&mission, &extraits, nom);
    }
}

/// Every code that a file contains has its translation in the mission.
fn codes_traduits(mission: &str, extraits: &[ExtraitOrganisme<'_>], nom: &str) {
    for (variable, colonne) in [
        ("statut_conjugal", "cd_sitfam"),
        ("statut_occupation", "cd_occupation_logement"),
        ("activite", "cd_activite"),
        ("recu_c2s", "nature_css"),
    ] {
        let Some(debut) = mission.find(&format!("[organisme.table.codes.{variable}]")) else { continue };
        let traduits: HashSet<&str> = mission[debut..].lines().skip(1).map_while(|l| l.split_once(" = ").map(|(c, _)| c)).collect();
        for b in extraits.iter().flat_map(|e| fichiers(e).into_values()) {
            let Some(a) = b.column_by_name(colonne) else { continue };
            let a = a.as_any().downcast_ref::<StringArray>().unwrap();
            assert!(a.iter().flatten().all(|c| traduits.contains(c)), "{nom} : un code de {colonne} sans traduction");
        }
    }
}

#[test]
fn memes_fichiers_quel_que_soit_le_nombre_de_fils() {
    let (t, _) = territoire(12_000);
    let lire = |fils: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(fils).build().unwrap();
        pool.install(|| Organisme::TOUS.map(|o| extrait(&t, o)))
    };
    assert_eq!(lire(1), lire(4));
}

/// Fails when a count of the register is not the number of events, when an event is out of the window of six months,
/// or when a row of the contacts file is nobody's in the register.
#[test]
fn le_registre_compte_les_contacts() {
    let (t, _) = territoire(20_000);
    for e in t.extraits() {
        let f = fichiers(&e);
        let (registre, contacts) = (&f["registre.parquet"], &f["contacts.parquet"]);
        let mut comptes: HashMap<[u8; 16], [u16; 5]> = HashMap::new();
        let (canal, objet) = (texte(contacts, "canal"), texte(contacts, "objet"));
        let le = contacts.column_by_name("le").unwrap().as_any().downcast_ref::<Date32Array>().unwrap();
        for (i, cle) in cles(contacts).into_iter().enumerate() {
            assert!((20_544..20_727).contains(&le.value(i)), "du 1er avril au 30 septembre 2026");
            let rang = match (canal.value(i), objet.value(i)) {
                ("numerique", "declaration_trimestrielle") => 4,
                ("accueil", _) => 0,
                ("telephone", _) => 1,
                ("courrier", _) => 2,
                ("numerique", _) => 3,
                (autre, _) => panic!("{autre}"),
            };
            comptes.entry(cle).or_default()[rang] += 1;
        }
        let colonnes: Vec<&UInt16Array> =
            ["contacts_accueil", "contacts_telephone", "contacts_courrier", "contacts_numerique", "contacts_dtr_en_ligne"]
                .iter()
                .map(|c| registre.column_by_name(c).unwrap().as_any().downcast_ref().unwrap())
                .collect();
        let lignes = cles(registre);
        for (i, cle) in lignes.iter().enumerate() {
            let attendu = comptes.remove(cle).unwrap_or_default();
            assert_eq!(std::array::from_fn::<u16, 5, _>(|k| colonnes[k].value(i)), attendu, "{}", e.organisme.id());
        }
        assert!(comptes.is_empty(), "{} : des contacts de personne", e.organisme.id());
        assert!(contacts.num_rows() * 20 > lignes.len(), "{} : presque aucun contact", e.organisme.id());
    }
}

/// Fails when the département knows of a difficulty that nobody met could show, or writes « no » for what it never looked at.
#[test]
fn les_difficultes_sont_observees_ou_inconnues() {
    let (t, _) = territoire(50_000);
    let f = extrait(&t, Organisme::Departement);
    let (suivis, registre) = (principal(&f), &f["registre.parquet"]);
    let bool = |b: &RecordBatch, c: &str| b.column_by_name(c).unwrap().as_any().downcast_ref::<BooleanArray>().unwrap().clone();
    for (propre, commun) in [
        ("ne_peut_seul", "difficulte_seul"),
        ("pas_de_messagerie", "difficulte_courriel"),
        ("difficulte_langue", "difficulte_francais"),
        ("ni_connexion_ni_materiel", "difficulte_equipement"),
        ("acces_perdu", "difficulte_code"),
    ] {
        let (a, b) = (bool(suivis, propre), bool(registre, commun));
        let (oui, non) = (a.true_count(), a.false_count());
        assert!(oui > 5 && non > 200 && a.null_count() > 200, "{propre} : {oui} oui, {non} non, {} inconnus", a.null_count());
        // A late fact is missing from the extract, never different from what the register says.
        assert!((0..a.len()).all(|i| a.is_null(i) || b.is_valid(i) && a.value(i) == b.value(i)), "{propre}");
    }
    assert!(extrait(&t, Organisme::Caf)["registre.parquet"].column_by_name("difficulte_seul").is_none());
}
