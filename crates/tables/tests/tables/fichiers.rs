use std::sync::Arc;

use arrow::array::*;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use recours_tables::{ErreurTable, Format, Lecteur, ecrire_parquet, lire_table, vers_parquet};
use tempfile::tempdir;

use super::{ecrit, lot, textes};

fn exemple(lignes: i64) -> RecordBatch {
    let ids = Int64Array::from_iter_values(0..lignes);
    let noms = StringArray::from_iter_values((0..lignes).map(|i| format!("nom{i}")));
    let montants = Float64Array::from_iter((0..lignes).map(|i| (i % 3 != 0).then_some(i as f64 / 4.0)));
    lot(vec![("id", Arc::new(ids)), ("nom", Arc::new(noms)), ("montant", Arc::new(montants))])
}

fn textes_de(lecteur: Lecteur, colonne: &str) -> Vec<Option<String>> {
    let tout = lecteur.tout().unwrap();
    let textes = tout.colonne(colonne).unwrap().texte().unwrap();
    textes.iter().map(|t| t.map(String::from)).collect()
}

#[test]
fn csv_a_la_francaise() {
    let d = tempdir().unwrap();
    for (nom, octets) in [
        ("bom.csv", "\u{feff}code;montant;né le;ville\r\n01004;1 234,56;25/12/2025;Égly\r\n2A004;;;\"Aix; la\"\r\n".as_bytes().to_vec()),
        ("excel.CSV", "sep=;\r\ncode;montant;né le;ville\r\n01004;1234,56;25/12/2025;Égly\r\n2A004;;;\"Aix; la\"\r\n".as_bytes().to_vec()),
        ("tab.tsv", "code\tmontant\tné le\tville\n01004\t1234.56\t2025-12-25\tÉgly\n2A004\t\t\tAix; la\n".as_bytes().to_vec()),
        ("sas.txt", b"code;montant;n\xe9 le;ville\r\n01004;1234,56;25DEC2025;\xc9gly\r\n2A004;.;.;\"Aix; la\"\r\n".to_vec()),
    ] {
        let l = lire_table(ecrit(&d, nom, &octets)).unwrap();
        assert_eq!((l.format(), l.lignes()), (Format::Csv, Some(2)), "{nom}");
        let lots: Vec<_> = l.lots().unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(lots.len(), 1);
        let lu = &lots[0];
        assert_eq!(lu.colonne("code").unwrap().texte().unwrap().value(0), "01004", "{nom}");
        assert_eq!(lu.colonne("montant").unwrap().montant_centimes().unwrap(), [Some(123_456), None], "{nom}");
        assert_eq!(lu.colonne("né le").unwrap().date().unwrap(), [Some(20_447), None], "{nom}");
        let villes = lu.colonne("ville").unwrap().texte().unwrap();
        assert_eq!((villes.value(0), villes.value(1)), ("Égly", "Aix; la"), "{nom}");
    }
}

#[test]
fn windows_1252_traverse_les_tampons() {
    let d = tempdir().unwrap();
    let mut octets = b"a;b\n".to_vec();
    for i in 0..30_000 {
        octets.extend_from_slice(format!("{i};").as_bytes());
        octets.extend_from_slice(b"\x80\xe9\x9c\n");
    }
    let lus = textes_de(lire_table(ecrit(&d, "gros.csv", &octets)).unwrap(), "b");
    assert_eq!(lus.len(), 30_000);
    assert!(lus.iter().all(|t| t.as_deref() == Some("€éœ")));
}

#[test]
fn les_numeros_de_ligne_suivent_d_un_lot_a_l_autre() {
    let d = tempdir().unwrap();
    let mut csv = String::from("id;oui\n");
    for i in 0..10 {
        csv += &format!("{i};{}\n", if i == 7 { "zut" } else { "O" });
    }
    let chemin = ecrit(&d, "t.csv", csv.as_bytes());
    let mut erreurs = Vec::new();
    for lu in lire_table(&chemin).unwrap().taille_lot(3).lots().unwrap() {
        let lu = lu.unwrap();
        assert!(lu.lignes() <= 3);
        erreurs.extend(lu.colonne("oui").unwrap().booleen().err());
    }
    let [ErreurTable::Valeur { lieu, .. }] = &erreurs[..] else { panic!("{erreurs:?}") };
    assert_eq!(lieu.ligne, 8);
    assert!(!textes(&erreurs[0]).contains("zut"));

    let chemin = d.path().join("t.parquet");
    let source = exemple(10);
    ecrire_parquet(&chemin, &source.schema(), &[source]).unwrap();
    let premieres: Vec<u64> = lire_table(&chemin).unwrap().taille_lot(4).lots().unwrap().map(|l| l.unwrap().premiere_ligne()).collect();
    assert_eq!(premieres, [1, 5, 9]);
}

#[test]
fn projeter_ne_lit_que_les_colonnes_demandees() {
    let d = tempdir().unwrap();
    let source = exemple(5);
    let parquet = d.path().join("t.parquet");
    ecrire_parquet(&parquet, &source.schema(), std::slice::from_ref(&source)).unwrap();
    let arrow = d.path().join("t.arrow");
    let mut e = FileWriter::try_new(std::fs::File::create(&arrow).unwrap(), &source.schema()).unwrap();
    e.write(&source).unwrap();
    e.finish().unwrap();
    let csv = ecrit(&d, "t.csv", b"id;nom;montant\n0;nom0;\n1;nom1;0,25\n2;nom2;\n3;nom3;\n4;nom4;1\n");
    for chemin in [parquet, arrow, csv] {
        let l = lire_table(&chemin).unwrap();
        assert!(l.contient("id"));
        let l = l.projeter(&["montant", "nom", "nom"]).unwrap();
        assert!(!l.contient("id"));
        let tout = l.tout().unwrap();
        assert_eq!(tout.lot().num_columns(), 2, "{}", chemin.display());
        assert_eq!(tout.colonne("nom").unwrap().texte().unwrap().value(4), "nom4");
        assert_eq!(tout.colonne("montant").unwrap().montant_centimes().unwrap()[1], Some(25));
        let erreur = lire_table(&chemin).unwrap().projeter(&["nmo"]).unwrap_err();
        assert_eq!(erreur.code(), "E-TABLE-007");
        assert!(erreur.conseil().contains("« nom »"));
        // No column at all still counts the rows.
        let vides: usize = lire_table(&chemin).unwrap().projeter::<&str>(&[]).unwrap().lots().unwrap().map(|l| l.unwrap().lignes()).sum();
        assert_eq!(vides, 5, "{}", chemin.display());
    }
}

#[test]
fn arrow_en_fichier_et_en_flux_comprime_ou_non() {
    let d = tempdir().unwrap();
    let source = exemple(100);
    for (nom, compression) in
        [("a.arrow", None), ("b.feather", Some(arrow_ipc::CompressionType::LZ4_FRAME)), ("c.ipc", Some(arrow_ipc::CompressionType::ZSTD))]
    {
        let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
        let chemin = d.path().join(nom);
        let sortie = std::fs::File::create(&chemin).unwrap();
        let mut e = FileWriter::try_new_with_options(sortie, &source.schema(), options).unwrap();
        e.write(&source).unwrap();
        e.write(&source.slice(10, 5)).unwrap();
        e.finish().unwrap();
        let lus = textes_de(lire_table(&chemin).unwrap(), "nom");
        assert_eq!((lus.len(), lus[100].as_deref()), (105, Some("nom10")), "{nom}");
    }
    let chemin = d.path().join("d.arrows");
    let mut e = StreamWriter::try_new(std::fs::File::create(&chemin).unwrap(), &source.schema()).unwrap();
    e.write(&source).unwrap();
    e.finish().unwrap();
    assert_eq!(textes_de(lire_table(&chemin).unwrap(), "nom").len(), 100);
    // Cut exactly between the last batch and the end mark: complete in appearance.
    let octets = std::fs::read(&chemin).unwrap();
    let coupe = ecrit(&d, "coupe.arrows", &octets[..octets.len() - 8]);
    assert_eq!(lire_table(coupe).unwrap_err().code(), "E-TABLE-005");
}

#[test]
fn chaque_refus_a_son_code() {
    let d = tempdir().unwrap();
    for (nom, octets, code) in [
        ("x.xlsx", &b"PK"[..], "E-TABLE-003"),
        ("sans_extension", b"a", "E-TABLE-003"),
        ("vide.csv", b"", "E-TABLE-004"),
        ("vide.parquet", b"", "E-TABLE-004"),
        ("vide.arrow", b"", "E-TABLE-004"),
        ("faux.parquet", b"a;b\n1;2\n", "E-TABLE-005"),
        ("faux.arrow", b"a;b\n1;2\n3;4\n", "E-TABLE-005"),
        ("utf16_gros_boutiste.csv", b"\xfe\xff\0a", "E-TABLE-018"),
        ("utf16_sans_marque.csv", b"a\0;\0b\0", "E-TABLE-018"),
        ("guillemet.csv", b"a;b\n\"1;2\n", "E-TABLE-019"),
    ] {
        let chemin = ecrit(&d, nom, octets);
        let erreur = lire_table(&chemin).unwrap_err();
        assert_eq!(erreur.code(), code, "{nom}: {erreur}");
        assert!(erreur.to_string().contains(nom), "{erreur}");
        assert!(!erreur.conseil().is_empty());
        assert!(!erreur.est_panne());
    }
    let absent = lire_table(d.path().join("absent.parquet")).unwrap_err();
    assert_eq!(absent.code(), "E-TABLE-001");
    std::fs::create_dir(d.path().join("dossier.csv")).unwrap();
    assert_eq!(lire_table(d.path().join("dossier.csv")).unwrap_err().code(), "E-TABLE-002");
}

#[test]
fn une_rangee_csv_trop_longue_ou_trop_courte_est_nommee() {
    let d = tempdir().unwrap();
    for (csv, ligne) in [("a;b\n1;2\n1;2;3\n", 2), ("a;b\n1\n", 1)] {
        let l = lire_table(ecrit(&d, "t.csv", csv.as_bytes())).unwrap();
        let erreur = l.tout().unwrap_err();
        let ErreurTable::NombreDeChamps { ligne: trouvee, attendu: 2, .. } = erreur else { panic!("{erreur}") };
        assert_eq!(trouvee, ligne);
    }
}

#[test]
fn un_csv_sans_entete_ne_montre_pas_sa_premiere_personne() {
    let d = tempdir().unwrap();
    let l = lire_table(ecrit(&d, "t.csv", b"1850399123456;MARTIN;1985-03-12\n1;2;3\n")).unwrap();
    let erreur = l.projeter(&["nom_naissance"]).unwrap_err();
    let tout = textes(&erreur);
    assert!(!tout.contains("MARTIN") && !tout.contains("1850399"), "{tout}");
    let l = lire_table(d.path().join("t.csv")).unwrap();
    assert!(!format!("{l:?}").contains("MARTIN"));
}

#[test]
fn un_parquet_tronque_est_refuse_ou_qu_on_le_coupe() {
    let source = exemple(3000);
    let entier = vers_parquet("t", &source.schema(), &[source]).unwrap();
    let pas = entier.len() / 97;
    for longueur in (1..entier.len()).step_by(pas.max(1)).chain([entier.len() - 1]) {
        let erreur = Lecteur::depuis_parquet("t.parquet", entier[..longueur].to_vec()).and_then(Lecteur::tout).unwrap_err();
        assert_eq!(erreur.code(), "E-TABLE-005", "{longueur}");
    }
    assert_eq!(Lecteur::depuis_parquet("t", Vec::new()).unwrap_err().code(), "E-TABLE-004");
    assert!(Lecteur::depuis_parquet("t", entier).and_then(Lecteur::tout).is_ok());
}

#[test]
fn un_octet_abime_ne_fait_pas_tomber_le_programme() {
    let source = exemple(500);
    let entier = vers_parquet("t", &source.schema(), &[source]).unwrap();
    // Parquet pages carry no checksum: a flipped byte may give other values (envelopes authenticate what
    // travels). What must hold: no crash, and the footer's own marks are checked.
    for i in 0..entier.len() {
        for masque in [0xff_u8, 0x01, 0x80] {
            let mut abime = entier.clone();
            abime[i] ^= masque;
            let lu = Lecteur::depuis_parquet("t", abime).and_then(Lecteur::tout);
            assert!(lu.is_err() || i + 8 < entier.len(), "octet {i}");
        }
    }
    assert!(!recours_tables::lecture::panique_gardee());
}

#[test]
fn un_arrow_abime_ne_fait_pas_tomber_le_programme() {
    let d = tempdir().unwrap();
    let source = exemple(50);
    let mut octets = Vec::new();
    let mut e = FileWriter::try_new(&mut octets, &source.schema()).unwrap();
    e.write(&source).unwrap();
    e.finish().unwrap();
    drop(e);
    for i in 0..octets.len() {
        let mut abime = octets.clone();
        abime[i] ^= 0xff;
        let chemin = ecrit(&d, "t.arrow", &abime);
        let _ = lire_table(chemin).and_then(Lecteur::tout);
    }
    for longueur in (1..octets.len()).step_by(13) {
        let chemin = ecrit(&d, "t.arrow", &octets[..longueur]);
        assert_eq!(lire_table(chemin).and_then(Lecteur::tout).unwrap_err().code(), "E-TABLE-005");
    }
}

#[test]
fn une_table_sans_ligne_se_lit() {
    let d = tempdir().unwrap();
    let l = lire_table(ecrit(&d, "t.csv", b"a;b\n")).unwrap();
    assert_eq!(l.lignes(), Some(0));
    assert_eq!(l.tout().unwrap().lignes(), 0);
    let source = exemple(0);
    let octets = vers_parquet("t", &source.schema(), &[]).unwrap();
    assert_eq!(Lecteur::depuis_parquet("t", octets).unwrap().tout().unwrap().lignes(), 0);
}
