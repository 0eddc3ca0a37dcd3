#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;

use super::{Enveloppe, EnveloppeAge, IdentiteAge};
use crate::ErreurSceau;

const CLAIR: &[u8] = b"canari-contenu-4242";

fn code(resultat: Result<Vec<u8>, ErreurSceau>) -> &'static str {
    let Err(erreur) = resultat else { panic!("accepté") };
    assert!(!format!("{erreur} {erreur:?}").contains("canari"));
    erreur.code()
}

#[test]
fn un_ou_plusieurs_destinataires() {
    let (a, b, tiers) = (IdentiteAge::generer(), IdentiteAge::generer(), IdentiteAge::generer());
    let enveloppe = EnveloppeAge.chiffrer(&[&a.destinataire(), &b.destinataire()], CLAIR).unwrap();
    assert!(!enveloppe.windows(CLAIR.len()).any(|w| w == CLAIR));
    assert_eq!(EnveloppeAge.dechiffrer(&a, &enveloppe).unwrap(), CLAIR);
    assert_eq!(EnveloppeAge.dechiffrer(&b, &enveloppe).unwrap(), CLAIR);
    assert_eq!(code(EnveloppeAge.dechiffrer(&tiers, &enveloppe)), "E-SCEAU-015");
}

#[test]
fn vide_et_grand() {
    let a = IdentiteAge::generer();
    for taille in [0, 1, 65_535, 65_536, 65_537, 300_000] {
        let clair: Vec<u8> = (0..taille).map(|i| (i % 251) as u8).collect();
        let enveloppe = EnveloppeAge.chiffrer(&[&a.destinataire()], &clair).unwrap();
        assert!(EnveloppeAge.dechiffrer(&a, &enveloppe).unwrap() == clair, "taille {taille}");
    }
}

#[test]
fn destinataires_refuses() {
    let a = IdentiteAge::generer();
    assert_eq!(code(EnveloppeAge.chiffrer(&[], CLAIR)), "E-SCEAU-013");
    for texte in ["", "canari", "age1canari", "AGE-SECRET-KEY-1CANARI"] {
        let Err(erreur) = EnveloppeAge.chiffrer(&[&a.destinataire(), texte], CLAIR) else { panic!("accepté") };
        assert!(matches!(erreur, ErreurSceau::DestinataireIllisible { rang: 2 }));
    }
}

#[test]
fn pas_une_enveloppe() {
    let a = IdentiteAge::generer();
    for octets in [b"".as_slice(), CLAIR, b"PAR1", b"age-"] {
        assert_eq!(code(EnveloppeAge.dechiffrer(&a, octets)), "E-SCEAU-014");
    }
    assert_eq!(code(EnveloppeAge.dechiffrer(&a, b"age-encryption.org/v1\n")), "E-SCEAU-016");
}

#[test]
fn tronquee_partout() {
    let a = IdentiteAge::generer();
    let enveloppe = EnveloppeAge.chiffrer(&[&a.destinataire()], CLAIR).unwrap();
    for longueur in 0..enveloppe.len() {
        let code = code(EnveloppeAge.dechiffrer(&a, &enveloppe[..longueur]));
        assert!(matches!(code, "E-SCEAU-014" | "E-SCEAU-016"), "longueur {longueur} : {code}");
    }
    let mut rallongee = enveloppe;
    rallongee.push(0);
    assert_eq!(code(EnveloppeAge.dechiffrer(&a, &rallongee)), "E-SCEAU-016");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn un_octet_change_et_rien_ne_sort(position in any::<prop::sample::Index>(), masque in 1_u8..) {
        let a = IdentiteAge::generer();
        let mut enveloppe = EnveloppeAge.chiffrer(&[&a.destinataire()], CLAIR).unwrap();
        let i = position.index(enveloppe.len());
        enveloppe[i] ^= masque;
        prop_assert!(EnveloppeAge.dechiffrer(&a, &enveloppe).is_err());
    }

    #[test]
    fn des_octets_quelconques_sont_refuses_sans_panique(mut octets in prop::collection::vec(any::<u8>(), 0..300), entete in any::<bool>()) {
        if entete {
            octets.splice(0..0, b"age-encryption.org/v1\n-> X25519 ".iter().copied());
        }
        prop_assert!(EnveloppeAge.dechiffrer(&IdentiteAge::generer(), &octets).is_err());
    }
}

#[test]
fn fichier_d_identite() {
    let dossier = std::env::temp_dir().join(format!("recours-seal-age-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dossier);
    std::fs::create_dir_all(&dossier).unwrap();
    let chemin = dossier.join("cle.age");
    let a = IdentiteAge::generer();
    a.ecrire(&chemin).unwrap();
    assert!(matches!(a.ecrire(&chemin), Err(ErreurSceau::FichierExiste { .. })));
    assert_eq!(IdentiteAge::lire(&chemin).unwrap().destinataire(), a.destinataire());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&chemin).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&chemin, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(IdentiteAge::lire(&chemin), Err(ErreurSceau::FichierOuvert { mode: 0o644, .. })));
    }
    for (i, contenu) in ["", "# rien\n", "canari\n", "AGE-SECRET-KEY-1CANARI\n"].iter().enumerate() {
        let chemin = dossier.join(format!("refus{i}"));
        crate::fichier_prive::creer(&chemin, contenu.as_bytes()).unwrap();
        let Err(erreur) = IdentiteAge::lire(&chemin) else { panic!("accepté") };
        assert_eq!(erreur.code(), "E-SCEAU-018");
        assert!(!format!("{erreur} {erreur:?}").to_lowercase().contains("canari"));
    }
    let _ = std::fs::remove_dir_all(&dossier);
}
