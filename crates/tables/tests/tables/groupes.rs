//! Row groups read by several threads, and the ordered writer: same rows, same bytes, hostile files refused.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, DictionaryArray, FixedSizeBinaryArray, Int8Array, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::{DataType, Field, Int8Type, Int32Type, Schema, SchemaRef};
use recours_tables::ecriture::EcrivainOrdonne;
use recours_tables::lecture::ParquetParGroupes;
use recours_tables::lire_table;
use tempfile::tempdir;

fn schema() -> SchemaRef {
    let mot = || DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8));
    Arc::new(Schema::new(vec![
        Field::new("unit", DataType::FixedSizeBinary(16), false),
        Field::new("right", mot(), false),
        Field::new("tranche", DataType::Int8, true),
        Field::new("motifs", DataType::Int32, true),
    ]))
}

/// Row `i` of the stream, whatever the batch it comes in.
fn lot(de: usize, a: usize) -> RecordBatch {
    let mots: ArrayRef = Arc::new(StringArray::from(vec!["rsa", "ppa", "af"]));
    let unites = (de..a).map(|i| ((i as u128) << 90).to_be_bytes());
    let droits = UInt8Array::from_iter_values((de..a).map(|i| (i % 3) as u8));
    let colonnes: Vec<ArrayRef> = vec![
        Arc::new(FixedSizeBinaryArray::try_from_iter(unites).unwrap()),
        Arc::new(DictionaryArray::new(droits, mots)),
        Arc::new((de..a).map(|i| (i % 5 != 0).then_some((i % 4) as i8 + 1)).collect::<Int8Array>()),
        Arc::new((de..a).map(|i| Some(if i < 200_000 { (i % 97) as i32 } else { (i * 7919) as i32 })).collect::<Int32Array>()),
    ];
    RecordBatch::try_new(schema(), colonnes).unwrap()
}

const LIGNES: usize = 300_001;

fn ecrire(chemin: &std::path::Path, pas: usize) {
    let mut e = EcrivainOrdonne::creer(chemin, &schema()).unwrap();
    for de in (0..LIGNES).step_by(pas) {
        e.ecrire(&lot(de, (de + pas).min(LIGNES))).unwrap();
    }
    e.terminer().unwrap();
}

#[test]
fn le_fichier_ordonne_se_relit_et_ses_octets_ne_tiennent_qu_aux_lignes() {
    let d = tempdir().unwrap();
    let octets: Vec<Vec<u8>> = [LIGNES, 1_000, 131_072, 7]
        .into_iter()
        .map(|pas| {
            let chemin = d.path().join(format!("{pas}.parquet"));
            ecrire(&chemin, pas.max(if pas == 7 { 4_999 } else { 1 }));
            std::fs::read(&chemin).unwrap()
        })
        .collect();
    assert!(octets.windows(2).all(|o| o[0] == o[1]));
    // One thread of a pool that is also the one that writes: nothing waits for itself.
    let seul = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let chemin = d.path().join("seul.parquet");
    seul.install(|| ecrire(&chemin, 10_000));
    assert!(std::fs::read(&chemin).unwrap() == octets[0]);
    assert_eq!(std::fs::read_dir(d.path()).unwrap().count(), 5);

    let mut i = 0;
    for lot in lire_table(&chemin).unwrap().lots().unwrap() {
        let lot = lot.unwrap().lot().clone();
        let (droits, motifs) = (lot["right"].as_string::<i32>(), lot["motifs"].as_primitive::<Int32Type>());
        let tranches = lot["tranche"].as_primitive::<Int8Type>();
        for l in 0..lot.num_rows() {
            assert_eq!(lot["unit"].as_fixed_size_binary().value(l), ((i as u128) << 90).to_be_bytes());
            assert_eq!(droits.value(l), ["rsa", "ppa", "af"][i % 3]);
            assert_eq!(motifs.value(l), if i < 200_000 { (i % 97) as i32 } else { (i * 7919) as i32 });
            assert_eq!(arrow::array::Array::is_null(tranches, l), i % 5 == 0);
            assert!(i % 5 == 0 || tranches.value(l) == (i % 4) as i8 + 1);
            i += 1;
        }
    }
    assert_eq!(i, LIGNES);
}

#[test]
fn un_fichier_sans_ligne_garde_ses_colonnes_et_un_abandon_ne_laisse_rien() {
    let d = tempdir().unwrap();
    let vide = d.path().join("vide.parquet");
    EcrivainOrdonne::creer(&vide, &schema()).unwrap().terminer().unwrap();
    let table = lire_table(&vide).unwrap();
    assert_eq!((table.lignes(), table.schema().fields().len()), (Some(0), 4));
    let mut abandon = EcrivainOrdonne::creer(d.path().join("abandon.parquet"), &schema()).unwrap();
    abandon.ecrire(&lot(0, 200_000)).unwrap();
    assert_eq!(abandon.ecrire(&lot(0, 3).project(&[0, 1]).unwrap()).unwrap_err().code(), "E-TABLE-021");
    drop(abandon);
    assert_eq!(std::fs::read_dir(d.path()).unwrap().count(), 1);
}

#[test]
fn chaque_fil_lit_son_groupe() {
    let d = tempdir().unwrap();
    let chemin = d.path().join("t.parquet");
    ecrire(&chemin, LIGNES);
    let table = ParquetParGroupes::ouvrir(&chemin).unwrap();
    assert_eq!(
        table.groupes().iter().map(|g| (g.lignes, g.avant)).collect::<Vec<_>>(),
        [(131_072, 0), (131_072, 131_072), (37_857, 262_144)]
    );
    assert_eq!((table.lignes(), table.schema().fields().len()), (LIGNES as u64, 4));
    let sommes: Vec<(usize, i64)> = std::thread::scope(|s| {
        let fils: Vec<_> = (0..3)
            .map(|g| {
                let table = &table;
                s.spawn(move || {
                    let lots: Vec<RecordBatch> = table.lire(g, &[3, 0], 10_000).unwrap().map(Result::unwrap).collect();
                    assert!(lots.iter().all(|l| l.num_columns() == 2 && l.num_rows() <= 10_000));
                    let somme =
                        |l: &RecordBatch| l["motifs"].as_primitive::<Int32Type>().values().iter().map(|v| i64::from(*v)).sum::<i64>();
                    (lots.iter().map(RecordBatch::num_rows).sum(), lots.iter().map(somme).sum())
                })
            })
            .collect();
        fils.into_iter().map(|f| f.join().unwrap()).collect()
    });
    let attendu: i64 = (0..LIGNES).map(|i| i64::from(if i < 200_000 { (i % 97) as i32 } else { (i * 7919) as i32 })).sum();
    assert_eq!(sommes.iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (LIGNES, attendu));
}

#[test]
fn un_fichier_abime_est_refuse_par_son_nom_sans_plantage() {
    let d = tempdir().unwrap();
    let chemin = d.path().join("t.parquet");
    ecrire(&chemin, LIGNES);
    let sain = std::fs::read(&chemin).unwrap();
    let mut refus = 0;
    for i in (0..400).map(|i| i * sain.len() / 400).chain(sain.len().saturating_sub(900)..sain.len()) {
        let mut octets = sain.clone();
        octets[i] ^= 0xff;
        std::fs::write(&chemin, &octets).unwrap();
        let lu = ParquetParGroupes::ouvrir(&chemin)
            .and_then(|t| (0..t.groupes().len()).try_for_each(|g| t.lire(g, &[0, 1, 2, 3], 65_536)?.try_for_each(|l| l.map(drop))));
        if let Err(e) = lu {
            refus += 1;
            assert!(matches!(e.code(), "E-TABLE-005" | "E-TABLE-006"), "{e}");
        }
    }
    assert!(refus > 100, "{refus}");
    std::fs::write(&chemin, &sain[..sain.len() / 2]).unwrap();
    assert_eq!(ParquetParGroupes::ouvrir(&chemin).unwrap_err().code(), "E-TABLE-005");
    std::fs::write(&chemin, b"").unwrap();
    assert_eq!(ParquetParGroupes::ouvrir(&chemin).unwrap_err().code(), "E-TABLE-004");
    assert_eq!(ParquetParGroupes::ouvrir(d.path().join("x.csv")).unwrap_err().code(), "E-TABLE-003");
    assert_eq!(ParquetParGroupes::ouvrir(d.path().join("x.parquet")).unwrap_err().code(), "E-TABLE-001");
}
