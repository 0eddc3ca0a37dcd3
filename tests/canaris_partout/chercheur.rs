//! The searcher finds what is planted: without this, silence would prove nothing.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Date32Array, FixedSizeBinaryArray, Float64Array, RecordBatch, StringArray};
use recours_tables::{IdentiteAge, enveloppe, vers_parquet, vers_parquet_annote};

use super::chantier::identites;
use super::motifs::{base64, hexa};
use super::recherche::Recherche;
use super::territoire::PERSONNES;

fn trouve(r: &Recherche, octets: &[u8]) -> bool {
    let autour = [b"avant \x00\xff".as_slice(), octets, b"\x01 apres"].concat();
    !r.dans(&autour).is_empty()
}

#[test]
fn chaque_ecriture_et_chaque_encodage_se_trouvent() {
    let r = identites();
    assert!(r.combien() > 3_000);
    let p = &PERSONNES[0];
    let utf16 = |t: &str, petit: bool| -> Vec<u8> {
        t.encode_utf16().flat_map(|u| if petit { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    };
    for texte in [
        p.nom,
        "N'GUYÊNÇOIS-ŸBARRA",
        "n'guyencois-ybarra",
        "NGUYENCOISYBARRA",
        "N GUYENCOIS YBARRA",
        "ZEPHYROELLE",
        "zéphyrœlle",
        "Ze\u{301}phyrœlle",
        p.nir,
        "2850699871042",
        "2 85 06 99 871 042",
        "12/06/1985",
        "19850612",
        "98761",
        p.rue,
        p.courriel,
        "06 39 98 71 04",
        "DOSSIERCANARI7391",
        "31415.92",
    ] {
        assert!(trouve(&r, texte.as_bytes()), "{texte} en UTF-8");
        assert!(trouve(&r, &utf16(texte, true)) && trouve(&r, &utf16(texte, false)), "{texte} en UTF-16");
        assert!(trouve(&r, hexa(texte.as_bytes()).as_bytes()), "{texte} en hexadécimal");
        assert!(trouve(&r, hexa(texte.as_bytes()).to_uppercase().as_bytes()), "{texte} en hexadécimal, capitales");
    }
    let latin: Vec<u8> = "N'Guyênçois-Ÿbarra".chars().filter(|c| (*c as u32) < 256).map(|c| c as u8).collect();
    assert!(!trouve(&r, &latin), "Ÿ n'est pas en Latin-1");
    assert!(trouve(&r, &"Brûlefert-Çanaribois".chars().map(|c| c as u8).collect::<Vec<_>>()), "Latin-1");
    // In base64, at any place of a longer text.
    for (avant, texte) in ["", "a", "ab"].iter().zip([p.nir, p.courriel, p.nom]) {
        let code = base64(format!("{avant}{texte}, et la suite").as_bytes());
        assert!(trouve(&r, code.as_bytes()), "{texte} en base64");
        assert!(trouve(&r, code.replace('+', "-").replace('/', "_").as_bytes()), "{texte} en base64 url");
    }
    // Unkeyed hashes, whole, cut to a token's length, written in hexadecimal.
    for texte in [p.nir, "2850699871042", "SEULABRENE"] {
        let sha = ring::digest::digest(&ring::digest::SHA256, texte.as_bytes());
        let blake = blake3::hash(texte.as_bytes());
        for empreinte in [sha.as_ref(), blake.as_bytes().as_slice()] {
            assert!(trouve(&r, empreinte) && trouve(&r, &empreinte[..16]) && trouve(&r, hexa(empreinte).as_bytes()), "{texte} haché");
        }
    }
}

/// A short number inside another is nobody's.
#[test]
fn un_code_postal_ne_se_trouve_que_seul() {
    let r = identites();
    assert!(trouve(&r, b" 98761 ") && trouve(&r, b"\"98761\""));
    assert!(!trouve(&r, b"a98761") && !trouve(&r, b"987610"));
}

#[test]
fn les_contenants_sont_ouverts() {
    let r = identites();
    let p = &PERSONNES[0];
    let moi = IdentiteAge::generer();
    let autre = IdentiteAge::generer();
    let colonne = |nom: &'static str, c: ArrayRef| RecordBatch::try_from_iter([(nom, c)]).unwrap();
    let tables = [
        colonne("nom", Arc::new(StringArray::from(vec![None, Some(p.nom)]))),
        colonne("jour", Arc::new(Date32Array::from(vec![p.ne_le.1]))),
        colonne("montant", Arc::new(Float64Array::from(vec![31_415.92]))),
        colonne("octets", Arc::new(BinaryArray::from_vec(vec![p.nir.as_bytes()]))),
        colonne(
            "seize",
            Arc::new(FixedSizeBinaryArray::try_from_iter([blake3::hash(p.nir.as_bytes()).as_bytes()[..16].to_vec()].into_iter()).unwrap()),
        ),
        colonne("Seulabrène", Arc::new(StringArray::from(vec!["x"]))),
    ];
    let cherche = |octets: &[u8], cles: &[IdentiteAge]| r.au_fond("f", octets, cles, &mut |_| {});
    for table in &tables {
        let parquet = vers_parquet("t", &table.schema(), std::slice::from_ref(table)).unwrap();
        assert!(!cherche(&parquet, &[]).is_empty(), "{:?} en Parquet", table.schema());
        let enveloppe = enveloppe::chiffrer(&parquet, &[moi.destinataire()]).unwrap();
        assert!(cherche(&enveloppe, &[]).is_empty() && cherche(&enveloppe, std::slice::from_ref(&autre)).is_empty());
        assert!(!cherche(&enveloppe, std::slice::from_ref(&moi)).is_empty(), "{:?} dans une enveloppe", table.schema());
        let double = enveloppe::chiffrer(&enveloppe, &[moi.destinataire()]).unwrap();
        assert!(!cherche(&double, std::slice::from_ref(&moi)).is_empty(), "enveloppe dans une enveloppe");
        let mut arrow = Vec::new();
        let mut ecrivain = arrow_ipc::writer::FileWriter::try_new(&mut arrow, &table.schema()).unwrap();
        ecrivain.write(table).unwrap();
        ecrivain.finish().unwrap();
        drop(ecrivain);
        assert!(!cherche(&arrow, &[]).is_empty(), "{:?} en Arrow", table.schema());
    }
    let vide = colonne("n", Arc::new(StringArray::from(vec!["rien"])));
    let annote = vers_parquet_annote("t", &vide.schema(), std::slice::from_ref(&vide), &[("note", p.nir)]).unwrap();
    assert!(!cherche(&annote, &[]).is_empty(), "annotation d'un Parquet");
}

/// The keys that are looked for are those that the program derives.
#[test]
fn les_cles_derivees_sont_les_siennes() {
    use ring::hmac;
    let mut c = super::chantier::Chantier::nouveau("A");
    c.reussir(&["keys", "new", "mission.toml"]);
    c.reussir(&["seal", "mission.toml", "--body", "caf"]);
    let mission = c.mission();
    let empreinte = recours::cles::empreinte_de_mission(&mission).unwrap();
    let secret = std::fs::read_to_string(c.chemin("bodies/caf/niveau1.cle")).unwrap();
    let secret = secret.trim().rsplit(' ').next().unwrap();
    let cle = super::secrets::cle_de_passe(secret, &empreinte, "rgs", "2026-T4", 0);
    // p0 of the first person: number and year of birth, each with its length before it.
    let octets = [&[0, 13], b"2850699871042".as_slice(), &[0, 4], b"1985"].concat();
    let jeton = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &cle), &octets);
    let liaison = IdentiteAge::lire(&c.chemin("linkage/cle.age")).unwrap();
    let clair = recours::cles::ouvrir_enveloppe(&c.chemin("deliveries/caf/jetons.parquet.age"), &liaison).unwrap();
    let lot = recours_tables::Lecteur::depuis_parquet("clair", clair).unwrap().tout().unwrap();
    let p0 = lot.colonne("p0").unwrap().octets16().unwrap();
    assert!(p0.contains(&jeton.as_ref()[..16].first_chunk().copied()));
    // And a key that stood in an output would be found, in any form.
    let mut r = Recherche::default();
    let combien = super::secrets::ajouter(&mut r, c.dossier.path(), &empreinte, "rgs", "2026-T4");
    assert!(combien > 25);
    let age = std::fs::read_to_string(c.chemin("bodies/caf/cle.age")).unwrap();
    let age = age.lines().last().unwrap();
    for texte in
        [age.to_owned(), age.to_lowercase(), secret.to_owned(), secret.to_uppercase(), base64(&super::secrets::de_hexa(secret)), hexa(&cle)]
    {
        assert!(trouve(&r, texte.as_bytes()));
    }
    assert!(trouve(&r, &cle) && trouve(&r, &super::secrets::de_hexa(secret)));
}
