#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;

use arrow::array::{AsArray, Date32Array, FixedSizeBinaryArray, Float64Array};
use arrow::datatypes::{DataType, Date32Type, Float64Type};
use recours_tables::ecrire_parquet;
use tempfile::TempDir;

use super::*;
use crate::mission::tests::{EXEMPLE, vocabulaire};

const A: &str = "0000000000000000000000000000000a";
const B: &str = "0000000000000000000000000000000b";
const C: &str = "0000000000000000000000000000000c";

const PERSONNES: &str = "row_id;numero_dossier;qualite;nir;nom;ne_le;sal_02;sal_03;c2s_fin;inutile\n\
    0000000000000000000000000000000b;D2;ALL;2;L'Hôte;12/03/1985;1 500,10;;;x\n\
    0000000000000000000000000000000a;D1;CJT;1;Égly;1990-01-01;0;10.0050;NA;x\n\
    0000000000000000000000000000000c;D9;;;Zoé;;;;2026-12-31;x\n";
const FOYERS: &str = "numero;mt_rsa;occ;couple\nD1;635,70;PROP;O\nD2;;NSP;N\nD3;1;LOC;\n";

struct Essai {
    dossier: TempDir,
    mission: String,
}

impl Essai {
    fn nouveau() -> Self {
        let essai = Self { dossier: tempfile::tempdir().unwrap(), mission: EXEMPLE.to_owned() };
        essai.ecrire("bodies/caf/extrait/personnes.csv", PERSONNES);
        essai.ecrire("bodies/caf/extrait/foyers.csv", FOYERS);
        essai.parquet("p.parquet", &[A, B, C]);
        essai
    }

    fn ecrire(&self, chemin: &str, texte: &str) {
        let chemin = self.dossier.path().join(chemin);
        std::fs::create_dir_all(chemin.parent().unwrap()).unwrap();
        std::fs::write(chemin, texte).unwrap();
    }

    fn parquet(&self, chemin: &str, ids: &[&str]) {
        let nirs = StringArray::from_iter_values(ids.iter().map(|i| &i[31..]));
        let lot = RecordBatch::try_from_iter([("row_id", jetons(ids)), ("nir", Arc::new(nirs) as ArrayRef)]).unwrap();
        ecrire_parquet(self.dossier.path().join(chemin), &lot.schema(), &[lot]).unwrap();
    }

    /// The DRM as a body writes it: person, month, nature, amount in euros (`None`: not filled).
    fn drm(&self, chemin: &str, lignes: &[(&str, &str, &str, Option<f64>)]) {
        let ids: Vec<&str> = lignes.iter().map(|l| l.0).collect();
        let lot = RecordBatch::try_from_iter_with_nullable([
            ("row_id", jetons(&ids), false),
            ("mois", Arc::new(StringArray::from_iter_values(lignes.iter().map(|l| l.1))) as ArrayRef, false),
            ("nature", Arc::new(StringArray::from_iter_values(lignes.iter().map(|l| l.2))) as ArrayRef, false),
            ("montant", Arc::new(lignes.iter().map(|l| l.3).collect::<Float64Array>()) as ArrayRef, true),
        ])
        .unwrap();
        ecrire_parquet(self.dossier.path().join(chemin), &lot.schema(), &[lot]).unwrap();
    }

    fn mission(&self) -> Mission {
        Mission::depuis_texte(&self.dossier.path().join("mission.toml"), &self.mission).unwrap()
    }

    fn charger(&self, organisme: &str, voulues: &[&str]) -> Result<Extrait, ErreurCommande> {
        let voulues = voulues.iter().map(|v| (*v).to_owned()).collect();
        let demande = Demande { vocabulaire: &vocabulaire(), voulues: &voulues };
        charger(&self.mission(), organisme, &demande, &mut |_| {})
    }
}

fn jetons(ids: &[&str]) -> ArrayRef {
    let octets = ids.iter().map(|hexa| u128::from_str_radix(hexa, 16).unwrap().to_be_bytes());
    Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(octets.map(Some), 16).unwrap())
}

fn montants(extrait: &Extrait, nom: &str) -> Vec<Option<f64>> {
    let colonne = extrait.colonnes.column_by_name(nom).unwrap_or_else(|| panic!("{nom} absente"));
    colonne.as_primitive::<Float64Type>().iter().collect()
}

fn mots(colonne: &dyn Array) -> Vec<Option<&str>> {
    colonne.as_string::<i32>().iter().collect()
}

#[test]
fn personnes_et_foyers_se_joignent() {
    let extrait = Essai::nouveau()
        .charger("caf", &["date_naissance", "salaire_net_m02", "salaire_net_m03", "recu_rsa", "statut_occupation", "couple", "c2s_fin"])
        .unwrap();
    assert_eq!(extrait.lignes(), 3);
    assert_eq!(extrait.row_ids[0][15], 0x0b);
    assert_eq!(mots(extrait.identite(ChampIdentite::NomNaissance).unwrap()), [Some("L'Hôte"), Some("Égly"), Some("Zoé")]);
    assert_eq!(extrait.identite(ChampIdentite::DateNaissance).unwrap().value(0), "1985-03-12");
    assert!(extrait.identite(ChampIdentite::Sexe).is_none());
    assert_eq!(mots(extrait.foyers.as_ref().unwrap()), [Some("D2"), Some("D1"), Some("D9")]);
    assert_eq!(mots(extrait.roles.as_ref().unwrap()), [Some("demandeur"), Some("conjoint"), None]);
    assert_eq!(montants(&extrait, "salaire_net_m02"), [Some(1500.10), Some(0.0), None]);
    assert_eq!(montants(&extrait, "salaire_net_m03"), [None, Some(10.01), None]);
    assert_eq!(montants(&extrait, "recu_rsa"), [None, Some(635.70), None]);
    assert_eq!(mots(extrait.colonnes.column_by_name("statut_occupation").unwrap()), [None, Some("proprietaire"), None]);
    let couple: Vec<_> = extrait.colonnes.column_by_name("couple").unwrap().as_boolean().iter().collect();
    assert_eq!(couple, [Some(false), Some(true), None]);
    let nees: Vec<_> = extrait.colonnes.column_by_name("date_naissance").unwrap().as_primitive::<Date32Type>().iter().collect();
    assert_eq!(nees, [Some(5_549), Some(7_305), None]);
    // Known to be none, unknown, a day: three different things.
    assert_eq!(mots(extrait.colonnes.column_by_name("c2s_fin").unwrap()), [Some(""), None, Some("2026-12-31")]);
    assert_eq!(extrait.releve.foyers_introuvables, 1);
    assert!(extrait.releve.abandonnees.contains(&"salaire_net_m00".to_owned()));
    assert!(!format!("{extrait:?}").contains("Égly"));
    let noms: Vec<_> = extrait.colonnes.schema().fields().iter().map(|c| c.name().clone()).collect();
    let mut tries = noms.clone();
    tries.sort();
    assert_eq!(noms, tries);
}

#[test]
fn ce_qui_n_est_pas_voulu_n_est_pas_lu() {
    let essai = Essai::nouveau();
    // The file's RSA column is not readable, and nobody wants it.
    essai.ecrire("bodies/caf/extrait/foyers.csv", "numero;mt_rsa;couple\nD1;illisible;O\n");
    let extrait = essai.charger("caf", &["couple"]).unwrap();
    assert_eq!(extrait.colonnes.num_columns(), 1);
    assert!(extrait.releve.abandonnees.contains(&"recu_rsa".to_owned()));
    assert!(extrait.releve.abandonnees.contains(&"statut_occupation".to_owned()));
    let erreur = essai.charger("caf", &["recu_rsa"]).unwrap_err();
    assert_eq!(erreur.code, "E-TABLE-010");
    assert!(erreur.message.contains("foyers.csv, colonne « mt_rsa », ligne 1"), "{erreur}");
    assert!(!erreur.to_string().contains("illisible,") || !erreur.to_string().contains("« illisible »"));
}

#[test]
fn un_row_id_en_double_est_refuse_avec_ses_deux_lignes() {
    let mut essai = Essai::nouveau();
    essai.ecrire("bodies/caf/extrait/personnes.csv", &format!("{PERSONNES}{A};D1;CJT;7;X;1990-01-01;;;;\n"));
    let erreur = essai.charger("caf", &[]).unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie as u8), ("E-TABLE-016", 3));
    assert!(erreur.message.contains("la ligne 4 répète la clé de la ligne 2"), "{erreur}");
    assert!(!erreur.to_string().contains("0000000a"));

    essai.ecrire("bodies/caf/extrait/personnes.csv", PERSONNES);
    essai.ecrire("autre.csv", PERSONNES);
    essai.mission = EXEMPLE.replacen("personnes.csv\"]", "personnes.csv\", \"autre.csv\"]", 1);
    let erreur = essai.charger("caf", &[]).unwrap_err();
    assert!(erreur.message.contains("autre.csv") && erreur.message.contains("ligne 1 de "), "{erreur}");
}

#[test]
fn plusieurs_fichiers_se_suivent() {
    let mut essai = Essai::nouveau();
    let suite = PERSONNES.replace("000000000000000000000000000000", "110000000000000000000000000000");
    essai.ecrire("suite.csv", &suite);
    essai.mission = EXEMPLE.replacen("personnes.csv\"]", "personnes.csv\", \"suite.csv\"]", 1);
    let mut vues = 0;
    let voulues = BTreeSet::from(["recu_rsa".to_owned()]);
    let demande = Demande { vocabulaire: &vocabulaire(), voulues: &voulues };
    let extrait = charger(&essai.mission(), "caf", &demande, &mut |n| vues += n).unwrap();
    assert_eq!((extrait.lignes(), vues), (6, 9));
    assert_eq!(montants(&extrait, "recu_rsa"), [None, Some(635.70), None, None, Some(635.70), None]);
}

#[test]
fn fautes_des_cellules() {
    for (fichier, de, par, voulue, code, dans) in [
        ("personnes", "12/03/1985", "31/02/1985", "date_naissance", "E-TABLE-011", "ligne 1"),
        ("personnes", ";CJT;", ";TUT;", "couple", "E-TABLE-012", "ALL, CJT, ENF"),
        ("personnes", "0000000000000000000000000000000a;D1", "a;D1", "couple", "E-TABLE-014", "ligne 2"),
        ("personnes", "0000000000000000000000000000000a;D1", ";D1", "couple", "E-TABLE-015", "ligne 2"),
        ("personnes", "row_id;", "rowid;", "couple", "E-TABLE-007", "« rowid »"),
        ("personnes", "sal_02;sal_03", "s02;s03", "salaire_net_m03", "E-TABLE-007", "sal_03"),
        ("foyers", "PROP", "BAIL", "statut_occupation", "E-TABLE-012", "LOC, NSP, PROP"),
        ("foyers", "635,70", "1e30", "recu_rsa", "E-TABLE-013", "ligne 1"),
        ("foyers", "D2;", "D1;", "couple", "E-TABLE-016", "ligne 2"),
        ("foyers", "D2;", ";", "couple", "E-TABLE-015", "ligne 2"),
    ] {
        let essai = Essai::nouveau();
        let source = if fichier == "foyers" { FOYERS } else { PERSONNES };
        assert!(source.contains(de), "{de}");
        essai.ecrire(&format!("bodies/caf/extrait/{fichier}.csv"), &source.replacen(de, par, 1));
        let erreur = essai.charger("caf", &[voulue]).unwrap_err();
        assert_eq!((erreur.code.as_ref(), erreur.sortie as u8), (code, 3), "{par} : {erreur}");
        assert!(erreur.to_string().contains(dans), "{par} : {erreur}");
        assert!(erreur.message.contains(&format!("{fichier}.csv")), "{erreur}");
    }
    let essai = Essai::nouveau();
    std::fs::remove_file(essai.dossier.path().join("bodies/caf/extrait/foyers.csv")).unwrap();
    assert_eq!(essai.charger("caf", &["couple"]).unwrap_err().code, "E-TABLE-001");
}

#[test]
fn un_mois_absent_d_une_serie_large_est_inconnu_et_dit() {
    let extrait = Essai::nouveau().charger("caf", &["salaire_net_m03", "salaire_net_m04"]).unwrap();
    assert!(extrait.colonnes.column_by_name("salaire_net_m04").is_none());
    assert_eq!(extrait.releve.mois_absents, ["salaire_net_m04"]);
}

const VOULUES: [&str; 3] = ["retraite_nette_m00", "retraite_nette_m01", "retraite_nette_m02"];

#[test]
fn les_mois_en_long_deviennent_des_colonnes() {
    let essai = Essai::nouveau();
    essai.drm(
        "drm1.parquet",
        &[
            (B, "2026-10", "RET", Some(800.10)),
            (B, "2026-10", "REV", Some(0.15)),
            (A, "2026-09", "RET", Some(-5.0)),
            (A, "2026-10", "SAL", Some(1.0)),
            (A, "2024-01", "RET", Some(1.0)),
            (A, "2026-11", "RET", Some(1.0)),
        ],
    );
    essai.drm(
        "drm2.parquet",
        &[(C, "2026-10", "RET", None), (C, "2026-10", "RET", Some(3.0)), ("000000000000000000000000000000ff", "2026-10", "RET", Some(9.0))],
    );
    let extrait = essai.charger("carsat", &VOULUES).unwrap();
    // Rows are A, B, C. Exhaustive: no line is zero; a line without amount is unknown, even beside another.
    assert_eq!(montants(&extrait, VOULUES[0]), [Some(0.0), Some(800.25), None]);
    assert_eq!(montants(&extrait, VOULUES[1]), [Some(-5.0), Some(0.0), Some(0.0)]);
    // No line of M-2 for anybody: the month is not in the table, so nobody's silence means zero.
    assert_eq!(montants(&extrait, VOULUES[2]), [None, None, None]);
    assert_eq!(extrait.releve.mois_sans_ligne, ["m02"]);
    assert_eq!((extrait.releve.lignes_orphelines, extrait.releve.lignes_hors_champ), (1, 3));
    assert!(extrait.releve.abandonnees.contains(&"retraite_nette_m03".to_owned()));
    assert!(!extrait.releve.abandonnees.contains(&"retraite_nette_m02".to_owned()));
}

#[test]
fn sans_exhaustivite_le_silence_est_inconnu() {
    let mut essai = Essai::nouveau();
    essai.mission = EXEMPLE.replacen("  exhaustif = true\n", "", 1);
    essai.drm("drm1.parquet", &[(B, "2026-10", "RET", Some(0.0))]);
    essai.drm("drm2.parquet", &[]);
    let extrait = essai.charger("carsat", &VOULUES).unwrap();
    assert_eq!(montants(&extrait, VOULUES[0]), [None, Some(0.0), None]);
    assert!(extrait.releve.mois_sans_ligne.is_empty());
}

#[test]
fn rien_de_voulu_ne_lit_meme_pas_la_table_longue() {
    let essai = Essai::nouveau();
    let extrait = essai.charger("carsat", &[]).unwrap();
    assert_eq!((extrait.lignes(), extrait.colonnes.num_columns(), extrait.colonnes.num_rows()), (3, 0, 3));
    assert!(extrait.foyers.is_none() && extrait.roles.is_none());
}

#[test]
fn fautes_de_la_table_longue() {
    for (ligne, code) in [
        ((A, "2026-13", "RET", Some(1.0)), "E-TABLE-011"),
        ((A, "octobre", "RET", Some(1.0)), "E-TABLE-010"),
        ((A, "2026-10", " ", Some(1.0)), "E-TABLE-015"),
        ((A, "", "RET", Some(1.0)), "E-TABLE-015"),
        ((A, "2026-10", "RET", Some(f64::NAN)), "E-TABLE-013"),
    ] {
        let essai = Essai::nouveau();
        essai.drm("drm1.parquet", &[(B, "2026-10", "RET", Some(1.0)), ligne]);
        essai.drm("drm2.parquet", &[]);
        let erreur = essai.charger("carsat", &VOULUES).unwrap_err();
        assert_eq!(erreur.code, code);
        assert!(erreur.message.contains("drm1.parquet") && erreur.message.contains("ligne 2"), "{erreur}");
    }
}

#[test]
fn une_seconde_table_de_personnes_ajoute_ses_faits() {
    let mut essai = Essai::nouveau();
    essai.mission = EXEMPLE.replacen(
        "[[organisme]]\nid = \"carsat\"",
        "[[organisme.table]]\nfichiers = [\"plus.parquet\"]\nforme = \"personnes\"\ncle = \"id\"\n\
         colonnes = { age = \"age\" }\n[[organisme]]\nid = \"carsat\"",
        1,
    );
    let lot = RecordBatch::try_from_iter([
        ("id", jetons(&[C, "000000000000000000000000000000ff", B])),
        ("age", Arc::new(Date32Array::from(vec![1, 2, 3])) as ArrayRef),
    ])
    .unwrap();
    let chemin: PathBuf = essai.dossier.path().join("plus.parquet");
    ecrire_parquet(&chemin, &lot.schema(), &[lot]).unwrap();
    assert_eq!(essai.charger("caf", &["age"]).unwrap_err().code, "E-TABLE-009");

    let lot = RecordBatch::try_from_iter([
        ("id", jetons(&[C, "000000000000000000000000000000ff", B])),
        ("age", Arc::new(Float64Array::from(vec![70.0, 1.0, 41.0])) as ArrayRef),
    ])
    .unwrap();
    ecrire_parquet(&chemin, &lot.schema(), &[lot]).unwrap();
    let extrait = essai.charger("caf", &["age"]).unwrap();
    assert_eq!(montants(&extrait, "age"), [Some(41.0), None, Some(70.0)]);
    assert_eq!(extrait.releve.lignes_orphelines, 1);
}

#[test]
fn un_extrait_sans_personne_a_quand_meme_ses_colonnes() {
    let essai = Essai::nouveau();
    essai.ecrire("bodies/caf/extrait/personnes.csv", &PERSONNES[..=PERSONNES.find('\n').unwrap()]);
    let extrait = essai.charger("caf", &["recu_rsa", "date_naissance", "couple", "c2s_fin", "salaire_net_m03"]).unwrap();
    assert_eq!(extrait.lignes(), 0);
    let genres: Vec<_> = extrait.colonnes.schema().fields().iter().map(|c| c.data_type().clone()).collect();
    assert_eq!(genres, [DataType::Utf8, DataType::Boolean, DataType::Date32, DataType::Float64, DataType::Float64]);
}

#[test]
fn un_nom_hors_vocabulaire_est_refuse_avant_de_lire() {
    let mut essai = Essai::nouveau();
    essai.mission = EXEMPLE.replacen("couple = \"couple\"", "coupel = \"couple\"", 1);
    let erreur = essai.charger("caf", &["couple"]).unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie as u8), ("E-MISSION-016", 3));
    assert!(erreur.to_string().contains("Vouliez-vous dire « couple » ?"), "{erreur}");
}
