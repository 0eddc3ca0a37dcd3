#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use super::*;
use std::path::Path;
use std::sync::Mutex;

const SECRET: &[u8] = b"RECOURS-CLE-1 niveau1 0123456789abcdef";
const LA_PHRASE: &str = "cheval agrafe batterie correct lune";

/// The passphrase is of the process: tests that give one wait for each other.
static TOUR: Mutex<()> = Mutex::new(());

fn phrase(dossier: &Path, texte: &str) -> Result<Phrase, ErreurSecret> {
    let chemin = dossier.join(format!("phrase{}", texte.len()));
    let _ = std::fs::remove_file(&chemin);
    retirer();
    creer(&chemin, texte.as_bytes()).unwrap();
    Phrase::de_fichier(&chemin)
}

#[test]
fn une_cle_chiffree_ne_se_lit_que_sous_sa_phrase() {
    let _tour = TOUR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let d = tempfile::tempdir().unwrap();
    donner(phrase(d.path(), LA_PHRASE).unwrap());
    let chemin = d.path().join("cle");
    creer(&chemin, SECRET).unwrap();
    let brut = std::fs::read(&chemin).unwrap();
    assert!(est_chiffre(&chemin).unwrap() && !brut.windows(16).any(|f| SECRET.windows(16).any(|s| s == f)));
    assert_eq!(lire(&chemin).unwrap().as_bytes(), SECRET);
    donner(phrase(d.path(), "une autre phrase, aussi longue").unwrap());
    assert_eq!(lire(&chemin).unwrap_err(), ErreurSecret::PhraseFausse { chemin: chemin.clone() });
    retirer();
    assert_eq!(lire(&chemin).unwrap_err(), ErreurSecret::PhraseAbsente { chemin: chemin.clone() });
    // A changed byte anywhere is refused as well.
    donner(phrase(d.path(), LA_PHRASE).unwrap());
    for place in [40, brut.len() / 2, brut.len() - 1] {
        let mut autre = brut.clone();
        autre[place] ^= 1;
        std::fs::write(&chemin, &autre).unwrap();
        assert!(lire(&chemin).is_err(), "octet {place}");
    }
    retirer();
}

#[test]
fn une_cle_en_clair_se_protege_sur_place() {
    let _tour = TOUR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let d = tempfile::tempdir().unwrap();
    retirer();
    let chemin = d.path().join("cle");
    creer(&chemin, SECRET).unwrap();
    assert!(!est_chiffre(&chemin).unwrap());
    assert!(matches!(proteger(&chemin), Err(ErreurSecret::PhraseAbsente { .. })));
    donner(phrase(d.path(), LA_PHRASE).unwrap());
    for _ in 0..2 {
        proteger(&chemin).unwrap();
        assert!(est_chiffre(&chemin).unwrap());
        assert_eq!(lire(&chemin).unwrap().as_bytes(), SECRET);
    }
    assert_eq!(std::fs::read_dir(d.path()).unwrap().count(), 2, "la clé et la phrase, rien d'autre");
    retirer();
}

#[test]
fn une_phrase_trop_courte_est_refusee() {
    let _tour = TOUR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let d = tempfile::tempdir().unwrap();
    for texte in ["", "courte", "dix-neuf caractères", "\nvingt caractères au moins sur la seconde ligne"] {
        assert!(matches!(phrase(d.path(), texte), Err(ErreurSecret::PhraseCourte { .. })), "{texte}");
    }
    assert!(phrase(d.path(), "vingt caractères ici\nle reste ne compte pas").is_ok());
}

#[cfg(unix)]
#[test]
fn ni_cle_ni_phrase_que_d_autres_peuvent_lire() {
    use std::os::unix::fs::PermissionsExt;
    let _tour = TOUR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let d = tempfile::tempdir().unwrap();
    retirer();
    let chemin = d.path().join("cle");
    creer(&chemin, b"cheval agrafe batterie correct lune").unwrap();
    assert_eq!(std::fs::metadata(&chemin).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620, 0o601] {
        std::fs::set_permissions(&chemin, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(lire(&chemin).unwrap_err(), ErreurSecret::Ouvert { chemin: chemin.clone(), mode });
        assert!(matches!(Phrase::de_fichier(&chemin), Err(ErreurSecret::Ouvert { .. })));
    }
}

#[test]
fn jamais_ecrase_et_detruit_pour_de_bon() {
    let _tour = TOUR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let d = tempfile::tempdir().unwrap();
    retirer();
    let chemin = d.path().join("cle");
    creer(&chemin, SECRET).unwrap();
    assert_eq!(creer(&chemin, b"autre").unwrap_err(), ErreurSecret::Existe { chemin: chemin.clone() });
    assert_eq!(lire(&chemin).unwrap().as_bytes(), SECRET);
    detruire(&chemin).unwrap();
    assert!(!chemin.exists());
    creer(&chemin, &vec![b'a'; 20_000]).unwrap();
    assert!(matches!(lire(&chemin), Err(ErreurSecret::Fichier { action: "lu", .. })), "trop long");
}
