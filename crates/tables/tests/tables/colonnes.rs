use std::sync::Arc;

use arrow::array::*;
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::*;
use recours_tables::{Colonne, DateLue, ErreurTable};

use super::{colonne, lot, textes};

const NOEL: i32 = 20_447; // 2025-12-25

fn en(tableau: ArrayRef, genre: &DataType) -> Colonne {
    let tableau = cast(&tableau, genre).unwrap();
    assert_eq!(tableau.data_type(), genre);
    Colonne::nouvelle(std::path::Path::new("t.parquet"), "c", 101, tableau)
}

fn dictionnaire(valeurs: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(valeurs))
}

/// Every layout that an agency's tool may give to text.
fn genres_de_texte() -> [DataType; 5] {
    [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View, dictionnaire(DataType::Utf8), dictionnaire(DataType::LargeUtf8)]
}

#[test]
fn le_texte_garde_ses_zeros_dans_toutes_les_formes() {
    let source: ArrayRef = Arc::new(StringArray::from(vec![Some("01004"), None, Some("2A004"), Some("")]));
    for genre in genres_de_texte() {
        let lu = en(Arc::clone(&source), &genre).texte().unwrap();
        assert_eq!(lu.iter().collect::<Vec<_>>(), [Some("01004"), None, Some("2A004"), Some("")], "{genre}");
    }
    let ints = colonne(Int64Array::from(vec![Some(75_001), None]));
    assert_eq!(ints.texte().unwrap().iter().collect::<Vec<_>>(), [Some("75001"), None]);
    let jours = colonne(Date32Array::from(vec![Some(NOEL), None]));
    assert_eq!(jours.texte().unwrap().iter().collect::<Vec<_>>(), [Some("2025-12-25"), None]);
    assert_eq!(colonne(Float64Array::from(vec![1.0])).texte().unwrap_err().code(), "E-TABLE-009");
    assert_eq!(colonne(BooleanArray::from(vec![true])).texte().unwrap_err().code(), "E-TABLE-009");
}

#[test]
fn les_montants_sont_au_centime_dans_tous_les_types() {
    let attendu = vec![Some(123_400), None, Some(-50_000)];
    let entiers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1234), None, Some(-500)]));
    for genre in [
        DataType::Int16,
        DataType::Int32,
        DataType::Int64,
        DataType::Float32,
        DataType::Float64,
        DataType::Decimal128(12, 2),
        DataType::Decimal64(12, 2),
        DataType::Decimal32(9, 2),
        dictionnaire(DataType::Int64),
        DataType::Utf8,
        DataType::Utf8View,
    ] {
        let c = en(Arc::clone(&entiers), &genre);
        assert_eq!(c.montant_centimes().unwrap(), attendu, "{genre}");
        assert_eq!(c.nombre().unwrap(), [Some(1234.0), None, Some(-500.0)], "{genre}");
    }
    let petits: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None]));
    for genre in [DataType::Int8, DataType::UInt8, DataType::UInt16, DataType::UInt32, DataType::UInt64] {
        assert_eq!(en(Arc::clone(&petits), &genre).montant_centimes().unwrap(), [Some(700), None], "{genre}");
    }
    let flottants = colonne(Float64Array::from(vec![0.29, 1234.565, -0.004, 635.704_999]));
    assert_eq!(flottants.montant_centimes().unwrap(), [Some(29), Some(123_457), Some(0), Some(63_570)]);
    let decimaux = Decimal128Array::from(vec![12_345, 12_355, -12_345]).with_precision_and_scale(10, 3).unwrap();
    assert_eq!(colonne(decimaux).montant_centimes().unwrap(), [Some(1235), Some(1236), Some(-1235)]);
    let milliers = Decimal128Array::from(vec![12]).with_precision_and_scale(10, -3).unwrap();
    assert_eq!(colonne(milliers).montant_centimes().unwrap(), [Some(1_200_000)]);
    let textes = colonne(StringArray::from(vec![Some(" 635,70 "), Some(""), Some("."), None]));
    assert_eq!(textes.montant_centimes().unwrap(), [Some(63_570), None, None, None]);
}

#[test]
fn nan_infini_et_trop_grand_sont_refuses_avec_leur_ligne() {
    for (mauvais, nombre_refuse) in [(f64::NAN, true), (f64::INFINITY, true), (f64::NEG_INFINITY, true), (1e11, false), (-1e11, false)] {
        let c = colonne(Float64Array::from(vec![1.0, 2.0, mauvais]));
        let ErreurTable::HorsBornes { lieu } = c.montant_centimes().unwrap_err() else {
            panic!("{mauvais}");
        };
        assert_eq!(lieu.to_string(), "t.parquet, colonne « c », ligne 103");
        assert_eq!(c.nombre().is_err(), nombre_refuse);
    }
    let c = colonne(Float64Array::new(vec![1.0, f64::NAN].into(), Some(NullBuffer::from(vec![true, false]))));
    assert_eq!(c.montant_centimes().unwrap(), [Some(100), None], "un NaN sous un null est un null");
    assert!(colonne(UInt64Array::from(vec![u64::MAX])).nombre().is_err());
}

#[test]
fn les_booleens_s_ecrivent_de_plusieurs_facons() {
    let attendu = [Some(true), Some(false), None];
    let bools = BooleanArray::from(vec![Some(true), Some(false), None]);
    assert_eq!(colonne(bools).booleen().unwrap(), attendu);
    for (oui, non) in [("true", "false"), ("VRAI", "Faux"), ("1", "0"), ("oui", "NON"), ("O", "n")] {
        let source: ArrayRef = Arc::new(StringArray::from(vec![Some(oui), Some(non), None]));
        for genre in genres_de_texte() {
            assert_eq!(en(Arc::clone(&source), &genre).booleen().unwrap(), attendu, "{oui} {genre}");
        }
    }
    assert_eq!(colonne(Int8Array::from(vec![Some(1), Some(0), None])).booleen().unwrap(), attendu);
    assert_eq!(colonne(Float32Array::from(vec![Some(1.0), Some(0.0), None])).booleen().unwrap(), attendu);
    let deux = colonne(Int64Array::from(vec![0, 2])).booleen().unwrap_err();
    assert_eq!((deux.code(), deux.to_string().contains("ligne 102")), ("E-TABLE-010", true));
    assert_eq!(colonne(StringArray::from(vec!["peut-être"])).booleen().unwrap_err().code(), "E-TABLE-010");
    assert_eq!(colonne(Date32Array::from(vec![1])).booleen().unwrap_err().code(), "E-TABLE-009");
}

#[test]
fn les_dates_se_lisent_dans_tous_les_types() {
    let attendu = [Some(NOEL), None];
    let jours: ArrayRef = Arc::new(Date32Array::from(vec![Some(NOEL), None]));
    for genre in [
        DataType::Date32,
        DataType::Date64,
        DataType::Timestamp(TimeUnit::Second, None),
        DataType::Timestamp(TimeUnit::Millisecond, None),
        DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(TimeUnit::Nanosecond, None),
        dictionnaire(DataType::Date32),
    ] {
        assert_eq!(en(Arc::clone(&jours), &genre).date().unwrap(), attendu, "{genre}");
    }
    let utc = TimestampMicrosecondArray::from(vec![Some(i64::from(NOEL) * 86_400_000_000), None]);
    assert_eq!(colonne(utc.with_timezone("UTC")).date().unwrap(), attendu);
    let paris = TimestampSecondArray::from(vec![0]).with_timezone("Europe/Paris");
    assert_eq!(colonne(paris).date().unwrap_err().code(), "E-TABLE-009");
    let soir_d_avant_1970 = TimestampSecondArray::from(vec![-1]);
    assert_eq!(colonne(soir_d_avant_1970).date().unwrap(), [Some(-1)]);
    for texte in ["2025-12-25", "25/12/2025"] {
        let source: ArrayRef = Arc::new(StringArray::from(vec![Some(texte), None]));
        for genre in genres_de_texte() {
            assert_eq!(en(Arc::clone(&source), &genre).date().unwrap(), attendu, "{genre}");
        }
    }
    let annee_9999 = colonne(Date32Array::from(vec![NOEL, 2_932_896]));
    assert_eq!(annee_9999.date().unwrap_err().code(), "E-TABLE-011");
}

#[test]
fn aucune_date_et_date_inconnue_sont_deux_choses() {
    let c = colonne(StringArray::from(vec![Some(""), None, Some("2025-12-25"), Some("NA")]));
    assert_eq!(c.date_ou_aucune().unwrap(), [DateLue::Aucune, DateLue::Inconnue, DateLue::Jour(NOEL), DateLue::Inconnue]);
    assert_eq!(c.date().unwrap(), [None, None, Some(NOEL), None]);
}

#[test]
fn une_date_impossible_nomme_sa_ligne_et_pas_la_date() {
    let erreur = colonne(StringArray::from(vec!["2024-02-29", "2025-02-29"])).date().unwrap_err();
    assert_eq!(erreur.code(), "E-TABLE-011");
    assert!(erreur.to_string().contains("« c », ligne 102"), "{erreur}");
    assert!(!textes(&erreur).contains("2025"));
}

#[test]
fn les_jetons_ont_seize_octets() {
    let a: [u8; 16] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\xff";
    let hexa = "000102030405060708090a0b0c0d0eFF";
    let attendu = [Some(a), None];
    let fixe = FixedSizeBinaryArray::try_from_sparse_iter_with_size([Some(a), None].into_iter(), 16).unwrap();
    assert_eq!(colonne(fixe).octets16().unwrap(), attendu);
    let binaire: ArrayRef = Arc::new(BinaryArray::from(vec![Some(&a[..]), None]));
    for genre in [DataType::Binary, DataType::LargeBinary, DataType::BinaryView, dictionnaire(DataType::Binary)] {
        assert_eq!(en(Arc::clone(&binaire), &genre).octets16().unwrap(), attendu, "{genre}");
    }
    assert_eq!(colonne(StringArray::from(vec![Some(hexa), None])).octets16().unwrap(), attendu);

    let court = FixedSizeBinaryArray::try_from_iter([[0_u8; 12]].into_iter()).unwrap();
    assert_eq!(colonne(court).octets16().unwrap_err().code(), "E-TABLE-014");
    assert_eq!(colonne(BinaryArray::from(vec![&a[..], &a[..15]])).octets16().unwrap_err().code(), "E-TABLE-014");
    for (texte, code) in [
        (&hexa[1..], "E-TABLE-014"),
        ("zz0102030405060708090a0b0c0d0eff", "E-TABLE-010"),
        ("é00102030405060708090a0b0c0d0eff", "E-TABLE-010"),
    ] {
        let erreur = colonne(StringArray::from(vec![texte])).octets16().unwrap_err();
        assert_eq!(erreur.code(), code);
        assert!(!textes(&erreur).contains("0405"));
    }
    assert_eq!(colonne(Int64Array::from(vec![1])).octets16().unwrap_err().code(), "E-TABLE-009");
}

#[test]
fn un_code_inconnu_donne_la_liste_permise_et_pas_le_code() {
    let permis: Vec<String> = ["gratuite", "participation", "aucune"].map(String::from).into();
    let bons = colonne(StringArray::from(vec![Some(" gratuite"), None, Some(""), Some("aucune"), Some("gratuite")]));
    assert_eq!(
        bons.code(Some(&permis)).unwrap().iter().collect::<Vec<_>>(),
        [Some("gratuite"), None, None, Some("aucune"), Some("gratuite")]
    );
    let erreur = colonne(StringArray::from(vec!["gratuite", "SECRETE"])).code(Some(&permis)).unwrap_err();
    assert_eq!(erreur.code(), "E-TABLE-012");
    assert!(erreur.conseil().contains("gratuite, participation, aucune"), "{}", erreur.conseil());
    assert!(erreur.to_string().contains("ligne 102"));
    assert!(!textes(&erreur).contains("SECRETE"));
    let entiers = colonne(Int32Array::from(vec![1, 2]));
    assert_eq!(entiers.code(None).unwrap().value(1), "2");
}

#[test]
fn traduire_garde_le_lieu_et_refuse_l_intraduisible() {
    let traduit = |code: &str| match code {
        "OUI" => Some("true"),
        "NSP" => Some(""),
        _ => None,
    };
    let connus = || vec!["OUI".to_owned(), "NSP".to_owned()];
    let c = colonne(StringArray::from(vec![Some("OUI"), Some("NSP"), None]));
    assert_eq!(c.traduite(traduit, connus).unwrap().booleen().unwrap(), [Some(true), None, None]);
    let erreur = colonne(StringArray::from(vec!["OUI", "BOF"])).traduite(traduit, connus).unwrap_err();
    assert!(erreur.to_string().contains("t.parquet, colonne « c », ligne 102"));
    assert!(erreur.conseil().contains("OUI, NSP"));
}

#[test]
fn les_tranches_gardent_leurs_valeurs() {
    let montants = Float64Array::from(vec![Some(1.0), None, Some(3.0), Some(4.0)]).slice(1, 2);
    assert_eq!(colonne(montants).montant_centimes().unwrap(), [None, Some(300)]);
    let source: ArrayRef = Arc::new(StringArray::from(vec![Some("1"), None, Some("0"), Some("1")]));
    for genre in genres_de_texte() {
        let c = Colonne::nouvelle(std::path::Path::new("t"), "c", 1, cast(&source, &genre).unwrap().slice(1, 2));
        assert_eq!(c.booleen().unwrap(), [None, Some(false)], "{genre}");
        assert_eq!(c.texte().unwrap().iter().collect::<Vec<_>>(), [None, Some("0")], "{genre}");
    }
    let bools = BooleanArray::from(vec![Some(true), None, Some(false)]).slice(2, 1);
    assert_eq!(colonne(bools).booleen().unwrap(), [Some(false)]);
}

#[test]
fn une_colonne_toute_nulle_convient_a_tous() {
    let c = colonne(NullArray::new(2));
    assert_eq!(c.montant_centimes().unwrap(), [None, None]);
    assert_eq!(c.nombre().unwrap(), [None, None]);
    assert_eq!(c.booleen().unwrap(), [None, None]);
    assert_eq!(c.date().unwrap(), [None, None]);
    assert_eq!(c.mois().unwrap(), [None, None]);
    assert_eq!(c.octets16().unwrap(), [None, None]);
    assert_eq!(c.texte().unwrap().null_count(), 2);
    assert_eq!(c.code(Some(&[])).unwrap().null_count(), 2);
}

#[test]
fn les_mois_se_lisent_en_texte_en_entier_et_en_date() {
    let mars = Some(2026 * 12 + 2);
    for c in [
        colonne(StringArray::from(vec![Some("2026-03"), Some("2026-03"), None])),
        colonne(Int32Array::from(vec![Some(202_603), Some(202_603), None])),
        colonne(StringArray::from(vec![Some("31/03/2026"), Some("03/2026"), Some("")])),
    ] {
        assert_eq!(c.mois().unwrap(), [mars, mars, None]);
    }
    assert_eq!(colonne(Date32Array::from(vec![20_513])).mois().unwrap(), [mars]);
    assert_eq!(colonne(Int64Array::from(vec![202_600])).mois().unwrap_err().code(), "E-TABLE-011");
    assert_eq!(colonne(Float64Array::from(vec![202_603.0])).mois().unwrap_err().code(), "E-TABLE-009");
}

#[test]
fn une_valeur_obligatoire_manquante_nomme_sa_ligne() {
    let c = colonne(StringArray::from(vec![Some("x"), None]));
    let erreur = c.obligatoire(vec![Some(1), None]).unwrap_err();
    assert_eq!(erreur.code(), "E-TABLE-015");
    assert!(erreur.to_string().ends_with("ligne 102 : valeur obligatoire manquante."));
}

#[test]
fn colonne_absente_ou_double() {
    let c: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let l = recours_tables::Lot::nouveau(
        std::path::Path::new("t.parquet"),
        1,
        lot(vec![("nom_naissance", Arc::clone(&c)), ("a", Arc::clone(&c)), ("a", c)]),
    );
    let absente = l.colonne("nom_naisance").unwrap_err();
    assert_eq!(absente.code(), "E-TABLE-007");
    assert!(absente.conseil().starts_with("Vouliez-vous dire « nom_naissance » ?"));
    assert_eq!(l.colonne("a").unwrap_err().code(), "E-TABLE-008");
    assert!(l.colonne_si_presente("b").unwrap().is_none());
    assert!(l.colonne_si_presente("a").is_err());
}

#[test]
fn debug_ne_montre_aucune_valeur() {
    let c = colonne(StringArray::from(vec!["DUPONT"]));
    let l = recours_tables::Lot::nouveau(std::path::Path::new("t"), 1, lot(vec![("c", Arc::clone(c.tableau()))]));
    assert!(!format!("{c:?} {l:?}").contains("DUPONT"));
}

#[test]
fn une_serie_de_repetitions_se_lit_comme_son_contenu() {
    let runs = RunArray::try_new(&Int32Array::from(vec![2, 3]), &StringArray::from(vec![Some("oui"), None])).unwrap();
    let c = colonne(runs);
    assert_eq!(c.booleen().unwrap(), [Some(true), Some(true), None]);
}
