#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use recours_coffre::ErreurSecret;
use std::path::PathBuf;

use super::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use crate::ErreurSceau;
use crate::token::{PASSES, Passe};
use zeroize::Zeroizing;

fn cle(role: Role, octet: u8) -> CleMaitresse {
    CleMaitresse::de_octets(role, Zeroizing::new([octet; 32]))
}

fn contexte(suite: Suite) -> ContexteMission {
    ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() }
}

/// A folder of its own for each test, removed at the end.
struct Dossier(PathBuf);

impl Dossier {
    fn nouveau(nom: &str) -> Self {
        let dossier = std::env::temp_dir().join(format!("recours-seal-{nom}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dossier);
        std::fs::create_dir_all(&dossier).unwrap();
        Self(dossier)
    }
    fn fichier(&self, nom: &str) -> PathBuf {
        self.0.join(nom)
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn aller_et_retour_par_le_fichier() {
    let dossier = Dossier::nouveau("cle");
    let chemin = dossier.fichier("niveau1.cle");
    let neuve = CleMaitresse::generer(Role::Niveau1).unwrap();
    neuve.ecrire(&chemin).unwrap();
    let relue = CleMaitresse::lire(&chemin, Role::Niveau1).unwrap();
    assert!(neuve.egale(&relue));
    assert_eq!(neuve.identifiant(), relue.identifiant());
    let texte = std::fs::read_to_string(&chemin).unwrap();
    assert!(texte.starts_with("RECOURS-CLE-1 niveau1 ") && texte.lines().count() == 1);
    assert!(!CleMaitresse::generer(Role::Niveau1).unwrap().egale(&neuve));
}

#[test]
fn jamais_ecrasee_et_jamais_du_mauvais_niveau() {
    let dossier = Dossier::nouveau("ecrasee");
    let chemin = dossier.fichier("cle");
    cle(Role::Niveau2, 1).ecrire(&chemin).unwrap();
    assert!(matches!(cle(Role::Niveau2, 2).ecrire(&chemin), Err(ErreurSceau::Secret(ErreurSecret::Existe { .. }))));
    assert!(matches!(CleMaitresse::lire(&chemin, Role::Niveau1), Err(ErreurSceau::RoleDeCle { attendu: "niveau1", trouve: "niveau2" })));
    assert!(CleMaitresse::lire(&chemin, Role::Niveau2).unwrap().egale(&cle(Role::Niveau2, 1)));
}

#[cfg(unix)]
#[test]
fn ecrite_en_0600_et_refusee_si_d_autres_la_lisent() {
    use std::os::unix::fs::PermissionsExt;
    let dossier = Dossier::nouveau("droits");
    let chemin = dossier.fichier("cle");
    cle(Role::Niveau1, 1).ecrire(&chemin).unwrap();
    assert_eq!(std::fs::metadata(&chemin).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620, 0o601] {
        std::fs::set_permissions(&chemin, std::fs::Permissions::from_mode(mode)).unwrap();
        let Err(erreur) = CleMaitresse::lire(&chemin, Role::Niveau1) else { panic!("lue avec {mode:o}") };
        assert_eq!(erreur.code(), "E-SCEAU-003");
        let message = erreur.to_string();
        assert!(erreur.conseil().contains("chmod 600") && message.contains(chemin.to_str().unwrap()));
    }
}

#[test]
fn fichiers_refuses_sans_en_montrer_le_contenu() {
    let dossier = Dossier::nouveau("refus");
    let bon = "ab".repeat(32);
    let cas = [
        String::new(),
        "RECOURS-CLE-1".to_owned(),
        format!("RECOURS-CLE-2 niveau1 {bon}"),
        format!("RECOURS-CLE-1 niveau3 {bon}"),
        format!("RECOURS-CLE-1 niveau1 {}", &bon[1..]),
        format!("RECOURS-CLE-1 niveau1 {bon}00"),
        format!("RECOURS-CLE-1 niveau1 {bon} autre"),
        format!("RECOURS-CLE-1 niveau1 {}", "zz".repeat(32)),
        format!("RECOURS-CLE-1 niveau1 {bon}\nRECOURS-CLE-1 niveau1 {bon}\n"),
    ];
    for (i, contenu) in cas.iter().enumerate() {
        let chemin = dossier.fichier(&format!("cas{i}"));
        recours_coffre::creer(&chemin, contenu.as_bytes()).unwrap();
        let Err(erreur) = CleMaitresse::lire(&chemin, Role::Niveau1) else { panic!("cas {i} accepté") };
        assert_eq!(erreur.code(), "E-SCEAU-005", "cas {i}");
        assert!(!format!("{erreur} {erreur:?}").contains("abab"), "cas {i}");
    }
    let absente = CleMaitresse::lire(&dossier.fichier("absente"), Role::Niveau1);
    assert!(matches!(absente, Err(ErreurSceau::Secret(ErreurSecret::Fichier { genre: std::io::ErrorKind::NotFound, .. }))));
}

#[test]
fn detruite() {
    let dossier = Dossier::nouveau("detruite");
    let chemin = dossier.fichier("cle");
    cle(Role::Niveau1, 1).ecrire(&chemin).unwrap();
    super::detruire(&chemin).unwrap();
    assert!(!chemin.exists());
    assert!(super::detruire(&chemin).is_err());
}

#[test]
fn identifiant_d_une_autre_mission() {
    let une = cle(Role::Niveau1, 1);
    let autre = cle(Role::Niveau1, 2);
    assert_eq!(une.identifiant().to_string().len(), 16);
    assert!(une.verifier_identifiant(&format!(" {} ", une.identifiant().to_string().to_uppercase())).is_ok());
    let Err(erreur) = autre.verifier_identifiant(&une.identifiant().to_string()) else { panic!("acceptée") };
    assert_eq!(erreur.code(), "E-SCEAU-007");
    assert!(erreur.to_string().contains(&autre.identifiant().to_string()));
}

#[test]
fn chaque_niveau_n_accepte_que_sa_cle() {
    let contexte = contexte(Suite::Rgs);
    assert!(matches!(ClesScellement::deriver(&cle(Role::Niveau2, 1), &contexte), Err(ErreurSceau::RoleDeCle { .. })));
    assert!(matches!(ClesLiaison::deriver(&cle(Role::Niveau1, 1), &contexte), Err(ErreurSceau::RoleDeCle { .. })));
}

#[test]
fn tout_ce_qui_lie_la_cle_change_les_jetons() {
    let base = ClesScellement::deriver(&cle(Role::Niveau1, 1), &contexte(Suite::Rgs)).unwrap();
    let jeton = |cles: &ClesScellement| cles.jeton(Passe::P0, b"octets");
    let autres = [
        (cle(Role::Niveau1, 2), contexte(Suite::Rgs)),
        (cle(Role::Niveau1, 1), contexte(Suite::Rapide)),
        (cle(Role::Niveau1, 1), ContexteMission { manifeste: [8; 32], ..contexte(Suite::Rgs) }),
        (cle(Role::Niveau1, 1), ContexteMission { epoque: "2027-T1".to_owned(), ..contexte(Suite::Rgs) }),
    ];
    for (maitresse, contexte) in autres {
        let autre = ClesScellement::deriver(&maitresse, &contexte).unwrap();
        assert_ne!(jeton(&base), jeton(&autre));
    }
    let mut jetons: Vec<_> = PASSES.iter().map(|p| base.jeton(*p, b"octets")).collect();
    jetons.sort_unstable();
    jetons.dedup();
    assert_eq!(jetons.len(), PASSES.len());
    let niveau2 = ClesLiaison::deriver(&cle(Role::Niveau2, 1), &contexte(Suite::Rgs)).unwrap();
    assert_ne!(niveau2.jeton(Passe::P0, &[0; 16]), base.jeton(Passe::P0, &[0; 16]));
}

#[test]
fn epoque_vide_ou_demesuree() {
    for epoque in [String::new(), "  ".to_owned(), "x".repeat(70_000)] {
        let contexte = ContexteMission { epoque, ..contexte(Suite::Rgs) };
        assert!(matches!(ClesScellement::deriver(&cle(Role::Niveau1, 1), &contexte), Err(ErreurSceau::ContexteInvalide { .. })));
    }
}

/// HKDF and HMAC written out step by step with ring's HMAC only: another path to the same token.
#[test]
fn la_derivation_est_celle_du_protocole() {
    use ring::hmac::{HMAC_SHA256, Key, sign};
    let hmac = |cle: &[u8], octets: &[u8]| sign(&Key::new(HMAC_SHA256, cle), octets).as_ref().to_vec();
    let prk = hmac(b"recours/1/l1", &[1; 32]);
    let mut info = Vec::new();
    for champ in [b"l1".as_slice(), b"rgs", &[7; 32], b"2026-T4", b"p2", b"canon/1"] {
        info.extend_from_slice(&u16::try_from(champ.len()).unwrap().to_be_bytes());
        info.extend_from_slice(champ);
    }
    info.push(1);
    let attendu = hmac(&hmac(&prk, &info), b"octets canoniques");
    let cles = ClesScellement::deriver(&cle(Role::Niveau1, 1), &contexte(Suite::Rgs)).unwrap();
    assert_eq!(cles.jeton(Passe::P2, b"octets canoniques").as_slice(), &attendu[..16]);
}
