//! What is written is what is read, whatever the rows and the batches.

use std::path::Path;
use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::DataType;
use proptest::prelude::*;
use recours_tables::{Colonne, EcrivainParquet, Lecteur, ParquetEnMemoire, lire_table, vers_parquet};

use super::lot;

type Rangee = (Option<[u8; 16]>, Option<i64>, Option<bool>, Option<i32>, Option<String>);

/// Whether a text is none of the forms that a cell takes when a spreadsheet or SAS had no room for it or computed an error: those are
/// refused, not read.
fn entier(texte: &str) -> bool {
    let t = texte.trim();
    let signes = t.len() > 1 && (t.bytes().all(|o| o == b'#') || t.bytes().all(|o| o == b'*'));
    let formule = t == "#N/A" || (t.starts_with('#') && t.ends_with(['!', '?']));
    let nombre = t.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) && t.contains(['e', 'E']);
    !(signes || formule || nombre)
}

fn rangees() -> impl Strategy<Value = Vec<Rangee>> {
    // Cents to ten billion euros; days from 1800 to 2299; text without NUL, which no extract holds.
    let rangee = (
        any::<Option<[u8; 16]>>(),
        prop::option::of(-1_000_000_000_000..=1_000_000_000_000_i64),
        any::<Option<bool>>(),
        prop::option::of(-62_091..120_529_i32),
        prop::option::of("[^\u{0}\r\n]{0,12}".prop_filter("destroyed cells are refused", |t| entier(t))),
    );
    prop::collection::vec(rangee, 0..60)
}

fn table(rangees: &[Rangee]) -> RecordBatch {
    let jetons = FixedSizeBinaryArray::try_from_sparse_iter_with_size(rangees.iter().map(|r| r.0), 16).unwrap();
    let montants: Float64Array = rangees.iter().map(|r| r.1.map(|c| c as f64 / 100.0)).collect();
    let bools: BooleanArray = rangees.iter().map(|r| r.2).collect();
    let dates: Date32Array = rangees.iter().map(|r| r.3).collect();
    let textes: StringArray = rangees.iter().map(|r| r.4.as_deref()).collect();
    lot(vec![
        ("jeton", Arc::new(jetons)),
        ("montant", Arc::new(montants)),
        ("oui", Arc::new(bools)),
        ("jour", Arc::new(dates)),
        ("texte", Arc::new(textes)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parquet(rangees in rangees(), coupe in 1_usize..20, taille in 1_usize..20) {
        let table = table(&rangees);
        let lots: Vec<_> = (0..table.num_rows())
            .step_by(coupe)
            .map(|debut| table.slice(debut, coupe.min(table.num_rows() - debut)))
            .collect();
        let octets = vers_parquet("t", &table.schema(), &lots).unwrap();
        let lecteur = Lecteur::depuis_parquet("t", octets).unwrap();
        prop_assert_eq!(lecteur.lignes(), Some(rangees.len() as u64));
        let mut lues: Vec<Rangee> = Vec::new();
        for lu in lecteur.taille_lot(taille).lots().unwrap() {
            let lu = lu.unwrap();
            prop_assert_eq!(lu.premiere_ligne(), lues.len() as u64 + 1);
            let jetons = lu.colonne("jeton").unwrap().octets16().unwrap();
            let montants = lu.colonne("montant").unwrap().montant_centimes().unwrap();
            let bools = lu.colonne("oui").unwrap().booleen().unwrap();
            let dates = lu.colonne("jour").unwrap().date().unwrap();
            let textes = lu.colonne("texte").unwrap().texte().unwrap();
            for i in 0..lu.lignes() {
                let texte = textes.is_valid(i).then(|| textes.value(i).to_owned());
                lues.push((jetons[i], montants[i], bools[i], dates[i], texte));
            }
        }
        prop_assert_eq!(lues, rangees);
    }

    #[test]
    fn csv_en_texte(champs in prop::collection::vec(("[^\u{0}]{1,8}", "[^\u{0}]{0,8}"), 1..20)) {
        prop_assume!(champs.iter().all(|(a, b)| entier(a) && entier(b)));
        let dossier = tempfile::tempdir().unwrap();
        let chemin = dossier.path().join("t.csv");
        let mut sortie = ::csv::WriterBuilder::new()
            .delimiter(b';')
            .quote_style(::csv::QuoteStyle::Always)
            .from_path(&chemin)
            .unwrap();
        sortie.write_record(["a", "é"]).unwrap();
        for (a, b) in &champs {
            sortie.write_record([a, b]).unwrap();
        }
        sortie.flush().unwrap();
        let lecteur = lire_table(&chemin).unwrap();
        prop_assert_eq!(lecteur.lignes(), Some(champs.len() as u64));
        let tout = lecteur.tout().unwrap();
        let (a, b) = (tout.colonne("a").unwrap().texte().unwrap(), tout.colonne("é").unwrap().texte().unwrap());
        for (i, (attendu_a, attendu_b)) in champs.iter().enumerate() {
            prop_assert_eq!(a.value(i), attendu_a);
            prop_assert_eq!(b.value(i), attendu_b);
        }
    }

    #[test]
    fn un_csv_quelconque_ne_fait_pas_tomber_le_programme(
        marque in prop::sample::select(vec![&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfes\0e\0p\0=\0;\0\n\0"]),
        suite in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(b';'), Just(b'\n')], 0..200),
    ) {
        let octets = [marque, &suite].concat();
        let dossier = tempfile::tempdir().unwrap();
        let chemin = dossier.path().join("t.csv");
        std::fs::write(&chemin, octets).unwrap();
        if let Ok(lecteur) = lire_table(&chemin) {
            let annoncees = lecteur.lignes();
            if let Ok(tout) = lecteur.tout() {
                prop_assert_eq!(Some(tout.lignes() as u64), annoncees);
            }
        }
    }

    #[test]
    fn montants_et_dates_ecrits_en_texte(centimes in -1_000_000_000_000..=1_000_000_000_000_i64, jours in -62_091..120_529_i32) {
        let signe = if centimes < 0 { "-" } else { "" };
        let virgule = format!("{signe}{},{:02}", centimes.abs() / 100, centimes.abs() % 100);
        let point = virgule.replace(',', ".");
        let iso = recours_tables::colonne::date_iso(jours);
        let francaise = format!("{}/{}/{}", &iso[8..], &iso[5..7], &iso[..4]);
        let colonne = |textes: Vec<String>| Colonne::nouvelle(Path::new("t"), "c", 1, Arc::new(StringArray::from(textes)));
        prop_assert_eq!(colonne(vec![virgule, point]).montant_centimes().unwrap(), [Some(centimes); 2]);
        prop_assert_eq!(colonne(vec![iso, francaise]).date().unwrap(), [Some(jours); 2]);
    }

    #[test]
    fn un_texte_quelconque_est_lu_ou_refuse(texte in "\\PC{0,24}") {
        let c = Colonne::nouvelle(Path::new("t"), "c", 1, Arc::new(StringArray::from(vec![texte])));
        for genre in [DataType::Utf8, DataType::Utf8View] {
            let tableau = arrow::compute::cast(c.tableau(), &genre).unwrap();
            let c = c.avec_valeurs(tableau);
            let _ = (c.montant_centimes(), c.nombre(), c.booleen(), c.date(), c.mois(), c.octets16(), c.code(None));
        }
    }
}

#[test]
fn les_annotations_d_un_parquet_se_relisent() {
    let annotations = [("recours.mission", "abab"), ("recours.epoque", "2026-T4")];
    let lot = RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)]).unwrap();
    let dossier = tempfile::tempdir().unwrap();
    let chemin = dossier.path().join("a.parquet");
    let mut ecrivain = EcrivainParquet::annote(&chemin, &lot.schema(), &annotations).unwrap();
    ecrivain.ecrire(&lot).unwrap();
    ecrivain.terminer().unwrap();
    let mut memoire = ParquetEnMemoire::creer("b.parquet", &lot.schema(), &annotations).unwrap();
    memoire.ecrire(&lot).unwrap();
    let octets = memoire.terminer().unwrap();
    for lecteur in [lire_table(&chemin).unwrap(), Lecteur::depuis_parquet("b.parquet", octets).unwrap()] {
        assert_eq!(lecteur.annotation("recours.mission"), Some("abab"));
        assert_eq!(lecteur.annotation("recours.epoque"), Some("2026-T4"));
        assert_eq!(lecteur.lignes(), Some(2));
    }
}
