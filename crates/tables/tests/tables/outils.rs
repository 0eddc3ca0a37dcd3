//! What the tools of an agency do to a table on writing it: encodings that look alike, numbers that lost their digits.

use arrow::array::{Array, StringArray};
use recours_tables::{DateLue, ErreurTable, Lecteur, Lot, lire_table};
use tempfile::tempdir;

use super::{colonne, ecrit, textes};

/// The bytes of Excel's « Texte Unicode ».
fn utf16(texte: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(texte.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn lu(nom: &str, octets: &[u8]) -> Result<Lot, ErreurTable> {
    let d = tempdir().unwrap();
    lire_table(ecrit(&d, nom, octets)).and_then(Lecteur::tout)
}

fn ligne_fautive(octets: &[u8]) -> Option<u64> {
    match lu("t.csv", octets) {
        Err(ErreurTable::Encodage { ligne, .. }) => Some(ligne),
        Err(autre) => panic!("{autre}"),
        Ok(_) => None,
    }
}

#[test]
fn le_texte_unicode_d_excel_se_lit() {
    let lot =
        lu("t.txt", &utf16("code\tnom\tne le\r\n01004\t\"Égly, «\u{a0}l'Œuvre\u{a0}» 𝄞\n2e ligne\"\t25/12/2025\r\n2A004\tL’Haÿ\t\r\n"))
            .unwrap();
    let noms = lot.colonne("nom").unwrap().texte().unwrap();
    assert_eq!((lot.lignes(), noms.value(0), noms.value(1)), (2, "Égly, «\u{a0}l'Œuvre\u{a0}» 𝄞\n2e ligne", "L’Haÿ"));
    assert_eq!(lot.colonne("code").unwrap().code(None).unwrap().value(0), "01004");
    let excel = lu("t.csv", &utf16("sep=;\r\na;b\r\n1,5;€\r\n")).unwrap();
    assert_eq!(excel.colonne("b").unwrap().texte().unwrap().value(0), "€");
}

#[test]
fn utf16_traverse_les_tampons_et_dit_sa_ligne() {
    let mut texte = String::from("a;b\n");
    for i in 0..20_000 {
        texte += &format!("{i};é𝄞€\n");
    }
    let lot = lu("t.csv", &utf16(&texte)).unwrap();
    let lus = lot.colonne("b").unwrap().texte().unwrap();
    assert!(lus.len() == 20_000 && lus.iter().all(|t| t == Some("é𝄞€")));

    for (fin, ligne) in [(&[0x34, 0xd8, b'\n', 0][..], 20_002), (b"x", 20_002), (b"\0\0", 20_002), (b"\n\0x\0\x1e\xdd", 20_003)] {
        let mut octets = utf16(&texte);
        octets.extend_from_slice(fin);
        assert_eq!(ligne_fautive(&octets), Some(ligne), "{fin:x?}");
    }
}

#[test]
fn windows_1252_n_est_jamais_devine() {
    // What no other encoding reads otherwise.
    for octets in [
        &b"nom\nBeno\xeet\nL\x92Ha\xff \x96 5 \x80\n"[..],
        b"nom\nC\x9cur\n\xbd\n",
        b"nom\n\x8cuvre \x93texte\x94 \x85\n\x8aime\n\x8eivko\n",
        b"nom\nFran\xe7oise \xc9l\xe9onore\n",
    ] {
        assert_eq!(ligne_fautive(octets), None, "{octets:x?}");
    }
    for (octets, ligne) in [
        // ISO-8859-15: « CŒUR » would be read « C¼UR », the euro sign « ¤ ».
        (&b"nom\nBeno\xeet\nC\xbcUR\n"[..], 3),
        (b"montant\n12 \xa4\n", 2),
        // Page 850 (MS-DOS): « Béatrice » would be read « B‚atrice », « Grège » « GrŠge ».
        (b"nom\nMARTIN\nB\x82atrice\n", 3),
        (b"nom\n\x82lise\n", 2),
        (b"nom\nGr\x8age\n", 2),
        (b"nom\nFran\x87oise\n", 2),
        // Macintosh: « André » would be read « AndrŽ », « Hélène » has a byte that Windows-1252 does not define.
        (b"nom\nAndr\x8e\n", 2),
        (b"nom\nMARTIN\nH\x8el\x8fne\n", 3),
    ] {
        assert_eq!(ligne_fautive(octets), Some(ligne), "{octets:x?}");
    }
}

#[test]
fn un_code_detruit_est_refuse_et_la_valeur_n_est_pas_dite() {
    for (mauvais, dit) in [
        ("1,85E+14", "notation scientifique"),
        ("1.850399E12", "notation scientifique"),
        ("1e+05", "notation scientifique"),
        ("########", "faute de place"),
        ("#N/A", "formule"),
    ] {
        let c = colonne(StringArray::from(vec![Some("01004"), None, Some(mauvais)]));
        for erreur in [c.texte().map(|_| ()), c.code(None).map(|_| ()), c.octets16().map(|_| ()), c.booleen().map(|_| ())] {
            // A token has another length: its own refusal comes first, and says as little.
            let erreur = erreur.unwrap_err();
            assert!(!textes(&erreur).contains(mauvais), "{erreur}");
        }
        let erreur = c.texte().unwrap_err();
        assert_eq!(erreur.code(), "E-TABLE-023", "{mauvais}");
        assert!(erreur.to_string().starts_with("t.parquet, colonne « c », ligne 103 : ") && erreur.to_string().contains(dit), "{erreur}");
        assert!(!erreur.conseil().is_empty());
    }
    for mauvais in ["1,23E+05", "#VALEUR!", "####", "********"] {
        let c = colonne(StringArray::from(vec![Some("12,5"), Some(mauvais)]));
        assert_eq!(c.montant_centimes().unwrap_err().code(), "E-TABLE-023", "{mauvais}");
        assert_eq!(c.nombre().unwrap_err().code(), "E-TABLE-023", "{mauvais}");
    }
    assert_eq!(colonne(StringArray::from(vec!["#REF!"])).date().unwrap_err().code(), "E-TABLE-023");
    // R writes a hundred thousand this way, and means it.
    assert_eq!(colonne(StringArray::from(vec!["1e+05"])).montant_centimes().unwrap(), [Some(10_000_000)]);
}

#[test]
fn les_valeurs_manquantes_de_sas() {
    let manquantes = StringArray::from(vec!["", ".", ".A", ".Z", "._", " . "]);
    let c = colonne(manquantes);
    assert_eq!(c.montant_centimes().unwrap(), [None; 6]);
    assert_eq!(c.booleen().unwrap(), [None; 6]);
    assert_eq!(c.code(None).unwrap().null_count(), 6);
    assert_eq!(c.date_ou_aucune().unwrap()[..2], [DateLue::Aucune, DateLue::Inconnue]);
    // As text they are what they are: no name is lost.
    assert_eq!(c.texte().unwrap().value(2), ".A");

    // SAS prints .N as N: in a column of 0 and 1 it is no « non ».
    for (texte, attendu) in [(vec!["O", "N"], None), (vec!["1", "0", "N"], Some(103)), (vec!["O", "1"], Some(101))] {
        let lu = colonne(StringArray::from(texte)).booleen();
        let ligne = lu.err().map(|e| match e {
            ErreurTable::LettreSeule { lieu } => lieu.ligne,
            autre => panic!("{autre}"),
        });
        assert_eq!(ligne, attendu);
    }
    let lettre = colonne(StringArray::from(vec!["12", "A"]));
    assert_eq!(lettre.montant_centimes().unwrap_err().code(), "E-TABLE-026");
    assert_eq!(lettre.date().unwrap_err().code(), "E-TABLE-024", "12 n'est pas un jour non plus");
}

#[test]
fn une_identite_garde_ce_qu_elle_sait() {
    let lues = |v: &[&str]| -> Vec<Option<String>> {
        colonne(StringArray::from(v.to_vec())).naissance().unwrap().iter().map(|t| t.map(str::to_owned)).collect()
    };
    let ecrites = ["12JUN1985", " 12JUN1985:00:00:00", "12/06/1985", "1985-06-12", "19850612", "12/06/1985 00:00"];
    assert!(lues(&ecrites).iter().all(|t| t.as_deref() == Some("1985-06-12")));
    // Half a date, a year, and what is no date, stay what they are.
    for texte in ["1985-06-00", "00/06/1985", "1985", "1985-06", "hier"] {
        assert_eq!(lues(&[texte]), [Some(texte.to_owned())]);
    }
    assert_eq!(lues(&["", " ", ".", ".A", "NA", "NULL"]), vec![None; 6]);
    for texte in ["9294", "31210", "12/06/85", "12JUN85", "1,85E+14"] {
        let erreur = colonne(StringArray::from(vec![Some("12JUN1985"), None, Some(texte)])).naissance();
        match erreur {
            // Four digits are a year, here one that nobody was born in.
            Ok(t) => assert_eq!((texte, t.value(2)), ("9294", "9294")),
            Err(e) => assert!(matches!(e.code(), "E-TABLE-023" | "E-TABLE-024") && e.to_string().contains("ligne 103"), "{e}"),
        }
    }

    let deces = colonne(StringArray::from(vec![
        "",
        ".",
        "NA",
        "31/12/9999",
        "9999-12-31 00:00:00",
        "0001-01-01",
        "31DEC9999",
        "0",
        "oui",
        "02/03/2020",
    ]));
    let dits: Vec<bool> = deces.fait_date().unwrap().iter().map(|t| t.is_some()).collect();
    assert_eq!(dits, [false, false, false, false, false, false, false, true, true, true], "« 0 » is left to who reads words");

    let noms = colonne(StringArray::from(vec!["NA", ".", "Nadaud", "", "N"]));
    assert_eq!(noms.sans_marques().unwrap().texte().unwrap().iter().collect::<Vec<_>>(), [None, None, Some("Nadaud"), None, Some("N")]);
    let entiers = colonne(arrow::array::Int64Array::from(vec![1]));
    assert_eq!(entiers.sans_marques().unwrap().code(None).unwrap().value(0), "1");
}

#[test]
fn milliers_ou_decimales() {
    let lus = |v: &[&str]| colonne(StringArray::from(v.to_vec())).montant_centimes();
    for (colonne, ligne) in [
        (&["635", "1.234"][..], 102),
        (&["12,345"], 101),
        (&["635,70", "1.234"], 102),
        (&["-1.234 €", "12"], 101),
        (&["1 234,00", "1.234", "2.345"], 102),
    ] {
        let erreur = lus(colonne).unwrap_err();
        let ErreurTable::MilliersAmbigus { lieu } = &erreur else { panic!("{erreur}") };
        assert_eq!(lieu.ligne, ligne, "{colonne:?}");
    }
    // Another cell shows what the mark means, or the cell itself does.
    assert_eq!(lus(&["1.234", "635.7"]).unwrap(), [Some(123), Some(63_570)]);
    assert_eq!(lus(&["12,345", "0,5"]).unwrap(), [Some(1235), Some(50)]);
    assert_eq!(lus(&["0,125", "1234,567", "1 234,567"]).unwrap(), [Some(13), Some(123_457), Some(123_457)]);
    // Both marks: never read.
    assert_eq!(lus(&["1.234,56"]).unwrap_err().code(), "E-TABLE-010");
}

#[test]
fn une_date_en_nombre_ou_sur_deux_chiffres_est_refusee() {
    for (texte, dit) in [
        ("24107", "SAS compte depuis 1960 et Excel depuis 1900"),
        ("46023", "depuis 1900"),
        ("01/02/26", "deux chiffres"),
        ("01FEB26", "deux chiffres"),
    ] {
        for lu in [colonne(StringArray::from(vec![texte])).date().map(|_| ()), colonne(StringArray::from(vec![texte])).mois().map(|_| ())] {
            let erreur = lu.unwrap_err();
            assert_eq!(erreur.code(), "E-TABLE-024", "{texte}");
            assert!(erreur.to_string().contains(dit), "{erreur}");
            assert!(!textes(&erreur).contains(texte));
        }
    }
}

#[test]
fn point_virgule_final_et_lignes_vides() {
    // A column left empty on the right of the sheet: it is in the header too.
    let lot = lu("t.csv", b"id;nom;\r\n01;Martin;\r\n\r\n02;Durand;").unwrap();
    assert_eq!(lot.colonne("id").unwrap().texte().unwrap().iter().collect::<Vec<_>>(), [Some("01"), Some("02")]);
    // Only in the rows: one separator of a street not quoted would look the same, and move every value by one column.
    assert_eq!(lu("t.csv", b"id;nom\r\n01;Martin;\r\n").unwrap_err().code(), "E-TABLE-017");
}
