#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use recours_coffre::ErreurSecret;

use super::{EnveloppeOuverte, ErreurEnveloppe, IdentiteAge, chiffrer, dechiffrer};

const CLAIR: &[u8] = b"canari-contenu-4242";

fn code(resultat: Result<Vec<u8>, ErreurEnveloppe>) -> &'static str {
    let Err(erreur) = resultat else { panic!("accepté") };
    assert!(!format!("{erreur} {erreur:?}").contains("canari"));
    erreur.code()
}

#[test]
fn un_ou_plusieurs_destinataires() {
    let (a, b, tiers) = (IdentiteAge::generer(), IdentiteAge::generer(), IdentiteAge::generer());
    let enveloppe = chiffrer(CLAIR, &[a.destinataire(), b.destinataire()]).unwrap();
    assert!(!enveloppe.windows(CLAIR.len()).any(|w| w == CLAIR));
    assert_eq!(dechiffrer(&enveloppe, &a).unwrap(), CLAIR);
    assert_eq!(dechiffrer(&enveloppe, &b).unwrap(), CLAIR);
    assert_eq!(code(dechiffrer(&enveloppe, &tiers)), "E-ENVELOPPE-007");
}

#[test]
fn vide_et_grand() {
    let a = IdentiteAge::generer();
    for taille in [0, 1, 65_535, 65_536, 65_537, 300_000] {
        let clair: Vec<u8> = (0..taille).map(|i| (i % 251) as u8).collect();
        let enveloppe = chiffrer(&clair, &[a.destinataire()]).unwrap();
        assert!(dechiffrer(&enveloppe, &a).unwrap() == clair, "taille {taille}");
    }
}

#[test]
fn destinataires_refuses() {
    let a = IdentiteAge::generer();
    assert_eq!(code(chiffrer(CLAIR, &[])), "E-ENVELOPPE-005");
    for texte in ["", "canari", "age1canari", "AGE-SECRET-KEY-1CANARI"] {
        let Err(erreur) = chiffrer(CLAIR, &[a.destinataire(), texte.to_owned()]) else { panic!("accepté") };
        assert!(matches!(erreur, ErreurEnveloppe::DestinataireIllisible { rang: 2 }));
    }
}

#[test]
fn pas_une_enveloppe() {
    let a = IdentiteAge::generer();
    for octets in [b"".as_slice(), CLAIR, b"PAR1", b"age-"] {
        assert_eq!(code(dechiffrer(octets, &a)), "E-ENVELOPPE-006");
    }
    assert_eq!(code(dechiffrer(b"age-encryption.org/v1\n", &a)), "E-ENVELOPPE-008");
}

#[test]
fn tronquee_partout() {
    let a = IdentiteAge::generer();
    let enveloppe = chiffrer(CLAIR, &[a.destinataire()]).unwrap();
    for longueur in 0..enveloppe.len() {
        let code = code(dechiffrer(&enveloppe[..longueur], &a));
        assert!(matches!(code, "E-ENVELOPPE-006" | "E-ENVELOPPE-008"), "longueur {longueur} : {code}");
    }
    let mut rallongee = enveloppe;
    rallongee.push(0);
    assert_eq!(code(dechiffrer(&rallongee, &a)), "E-ENVELOPPE-008");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn un_octet_change_et_rien_ne_sort(position in any::<prop::sample::Index>(), masque in 1_u8..) {
        let a = IdentiteAge::generer();
        let mut enveloppe = chiffrer(CLAIR, &[a.destinataire()]).unwrap();
        let i = position.index(enveloppe.len());
        enveloppe[i] ^= masque;
        prop_assert!(dechiffrer(&enveloppe, &a).is_err());
    }

    #[test]
    fn des_octets_quelconques_sont_refuses_sans_panique(mut octets in prop::collection::vec(any::<u8>(), 0..300), entete in any::<bool>()) {
        if entete {
            octets.splice(0..0, b"age-encryption.org/v1\n-> X25519 ".iter().copied());
        }
        prop_assert!(dechiffrer(&octets, &IdentiteAge::generer()).is_err());
    }
}

#[test]
fn fichier_d_identite() {
    let dossier = std::env::temp_dir().join(format!("recours-enveloppe-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dossier);
    std::fs::create_dir_all(&dossier).unwrap();
    let chemin = dossier.join("cle.age");
    let a = IdentiteAge::generer();
    a.ecrire(&chemin).unwrap();
    assert!(matches!(a.ecrire(&chemin), Err(ErreurEnveloppe::Secret(ErreurSecret::Existe { .. }))));
    assert_eq!(IdentiteAge::lire(&chemin).unwrap().destinataire(), a.destinataire());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&chemin).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&chemin, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(IdentiteAge::lire(&chemin), Err(ErreurEnveloppe::Secret(ErreurSecret::Ouvert { mode: 0o644, .. }))));
    }
    for (i, contenu) in ["", "# rien\n", "canari\n", "AGE-SECRET-KEY-1CANARI\n"].iter().enumerate() {
        let chemin = dossier.join(format!("refus{i}"));
        recours_coffre::creer(&chemin, contenu.as_bytes()).unwrap();
        let Err(erreur) = IdentiteAge::lire(&chemin) else { panic!("accepté") };
        assert_eq!(erreur.code(), "E-ENVELOPPE-004");
        assert!(!format!("{erreur} {erreur:?}").to_lowercase().contains("canari"));
    }
    let _ = std::fs::remove_dir_all(&dossier);
}

/// An inherent constant shadows the trait's when the type has `Debug`: a leak by a derived one would show here.
#[test]
fn une_identite_n_a_pas_de_debug() {
    trait PasDeDebug {
        const A_DEBUG: bool = false;
    }
    impl<T> PasDeDebug for T {}
    struct Sonde<T>(std::marker::PhantomData<T>);
    #[allow(dead_code, reason = "shadows the trait's constant when T: Debug")]
    impl<T: std::fmt::Debug> Sonde<T> {
        const A_DEBUG: bool = true;
    }
    const { assert!(Sonde::<u8>::A_DEBUG && !Sonde::<IdentiteAge>::A_DEBUG) };
}

#[test]
fn un_code_stable_chacune_une_phrase_et_un_conseil() {
    use std::io::ErrorKind;
    let chemin = std::path::PathBuf::from("caf/cle.age");
    let toutes = [
        ErreurEnveloppe::Secret(ErreurSecret::Existe { chemin: chemin.clone() }),
        ErreurEnveloppe::Secret(ErreurSecret::Ouvert { chemin: chemin.clone(), mode: 0o644 }),
        ErreurEnveloppe::Secret(ErreurSecret::Fichier { chemin: chemin.clone(), action: "lu", genre: ErrorKind::NotFound }),
        ErreurEnveloppe::IdentiteIllisible { chemin },
        ErreurEnveloppe::SansDestinataire,
        ErreurEnveloppe::PasUneEnveloppe,
        ErreurEnveloppe::MauvaisDestinataire,
        ErreurEnveloppe::Alteree,
        ErreurEnveloppe::DestinataireIllisible { rang: 2 },
        ErreurEnveloppe::Chiffrement { genre: ErrorKind::StorageFull },
    ];
    for (i, erreur) in toutes.iter().enumerate() {
        assert_eq!(erreur.code(), format!("E-ENVELOPPE-{:03}", i + 1));
        for texte in [erreur.to_string(), erreur.conseil().to_owned()] {
            assert!(texte.ends_with('.') && texte.len() > 15, "{texte}");
        }
    }
}

/// Read where it lies, an envelope gives what it gives when opened whole, from any place, and refuses the same faults.
#[test]
fn lue_sur_place() {
    use ::parquet::file::reader::{ChunkReader, Length};
    use std::io::Write as _;

    let (identite, autre) = (IdentiteAge::generer(), IdentiteAge::generer());
    let clair: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let ecrire = |octets: &[u8]| {
        let mut fichier = tempfile::tempfile().unwrap();
        fichier.write_all(octets).unwrap();
        std::io::Seek::rewind(&mut fichier).unwrap();
        fichier
    };
    let enveloppe = chiffrer(&clair, &[identite.destinataire()]).unwrap();
    let lue = EnveloppeOuverte::ouvrir(ecrire(&enveloppe), &identite, true).unwrap();
    assert_eq!(lue.len(), clair.len() as u64);
    for (debut, longueur) in [(0, 10), (65_530, 20), (1_199_990, 10), (700_000, 200_000), (3, 0)] {
        assert_eq!(lue.get_bytes(debut as u64, longueur).unwrap(), clair[debut..debut + longueur]);
    }
    assert!(lue.get_bytes(1_199_991, 10).is_err() && lue.get_bytes(u64::MAX, 2).is_err());
    let mut suite = Vec::new();
    std::io::Read::read_to_end(&mut lue.get_read(1_000_000).unwrap(), &mut suite).unwrap();
    assert_eq!(suite, clair[1_000_000..]);
    let refus = |octets: &[u8], identite: &IdentiteAge, entiere| {
        EnveloppeOuverte::ouvrir(ecrire(octets), identite, entiere).err().map(|e| e.code())
    };
    assert_eq!(refus(&enveloppe, &autre, true), Some("E-ENVELOPPE-007"));
    assert_eq!(refus(b"autre chose", &identite, true), Some("E-ENVELOPPE-006"));
    assert_eq!(refus(&enveloppe[..enveloppe.len() - 70_000], &identite, false), Some("E-ENVELOPPE-008"));
    let mut alteree = enveloppe.clone();
    alteree[500_000] ^= 1;
    assert_eq!(refus(&alteree, &identite, true), Some("E-ENVELOPPE-008"));
    // Not looked at on opening, the block is refused when it is read.
    let lue = EnveloppeOuverte::ouvrir(ecrire(&alteree), &identite, false).unwrap();
    assert!(lue.get_bytes(500_000 - 65_536, 131_072).is_err());
}
