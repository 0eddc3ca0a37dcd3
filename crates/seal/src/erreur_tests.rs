//! Every error: one stable code each, a sentence that says what to do, and nothing of what was read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use recours_coffre::ErreurSecret;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::ErreurSceau;
use crate::keys::{CleMaitresse, ClesScellement, ContexteMission, Role, Suite};
use crate::linkage::{Livraison, OptionsLiaison, UniteLiaison};

/// Stands in every input below: a record's value, a key's digits, a token's bytes.
const CANARI: &str = "c0ffee4242deadbeef";
const OCTETS: [u8; 16] = *b"c0ffee4242deadbe";

fn toutes() -> Vec<ErreurSceau> {
    let chemin = PathBuf::from("dossier/niveau1.cle");
    let organisme = "caf".to_owned();
    vec![
        ErreurSceau::Aleatoire,
        ErreurSceau::Secret(ErreurSecret::Existe { chemin: chemin.clone() }),
        ErreurSceau::Secret(ErreurSecret::Ouvert { chemin: chemin.clone(), mode: 0o644 }),
        ErreurSceau::Secret(ErreurSecret::Fichier { chemin: chemin.clone(), action: "lu", genre: ErrorKind::NotFound }),
        ErreurSceau::CleIllisible { chemin: chemin.clone() },
        ErreurSceau::RoleDeCle { attendu: "niveau1", trouve: "niveau2" },
        ErreurSceau::CleDUneAutreMission { attendu: "0011223344556677".into(), trouve: "7766554433221100".into() },
        ErreurSceau::ContexteInvalide { champ: "l'époque" },
        ErreurSceau::ColonneInegale { organisme: organisme.clone(), colonne: "p0", attendu: 2, trouve: 1 },
        ErreurSceau::OrganismeEnDouble { organisme: organisme.clone() },
        ErreurSceau::LigneRepetee { organisme, combien: 3 },
        ErreurSceau::Capacite { quoi: "organismes", maximum: 64 },
        ErreurSceau::SuiteInconnue,
        ErreurSceau::AucuneLivraison,
        ErreurSceau::OptionInvalide { option: "plafond_frequence", bornes: "2 ou plus" },
    ]
}

#[test]
fn un_code_stable_chacune_une_phrase_et_un_conseil() {
    for (i, erreur) in toutes().iter().enumerate() {
        assert_eq!(erreur.code(), format!("E-SCEAU-{:03}", i + 1));
        for texte in [erreur.to_string(), erreur.conseil().to_owned()] {
            assert!(texte.ends_with('.') && texte.len() > 15, "{texte}");
        }
    }
}

/// Runs every refusal that a hostile or broken input can cause, with the canary in the input.
#[test]
fn aucun_message_ne_montre_ce_qui_a_ete_lu() {
    let dossier = std::env::temp_dir().join(format!("recours-seal-canari-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dossier);
    std::fs::create_dir_all(&dossier).unwrap();
    let mut erreurs: Vec<ErreurSceau> = Vec::new();
    let mut noter = |resultat: Result<(), ErreurSceau>| {
        let Err(erreur) = resultat else { panic!("accepté : {} erreurs notées avant", erreurs.len()) };
        erreurs.push(erreur);
    };
    fichiers(&dossier, &mut noter);
    livraisons(&mut noter);
    noter(Suite::from_str(CANARI).map(|_| ()));
    let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
    noter(cle.verifier_identifiant(CANARI));
    noter(cle.verifier_identifiant(&format!("RECOURS-CLE-1 niveau1 {CANARI}")));
    let contexte = ContexteMission { suite: Suite::Rgs, manifeste: [0; 32], epoque: CANARI.repeat(10_000) };
    noter(ClesScellement::deriver(&cle, &contexte).map(|_| ()));
    let _ = std::fs::remove_dir_all(&dossier);
    assert!(erreurs.len() >= 9, "{} refus essayés", erreurs.len());
    for erreur in &erreurs {
        let texte = format!("{erreur} {erreur:?}").to_lowercase();
        assert!(!texte.contains("c0ffee") && !texte.contains("4242") && !texte.contains("deadbe"), "{texte}");
        // Bytes shown as a list of numbers would be a leak too.
        assert!(!texte.contains("99, 48, 102"), "{texte}");
    }
}

fn fichiers(dossier: &Path, noter: &mut impl FnMut(Result<(), ErreurSceau>)) {
    for (i, contenu) in
        [CANARI.to_owned(), format!("RECOURS-CLE-1 niveau1 {CANARI}"), format!("RECOURS-CLE-1 {CANARI} {CANARI}")].iter().enumerate()
    {
        let chemin = dossier.join(format!("cle{i}"));
        recours_coffre::creer(&chemin, contenu.as_bytes()).unwrap();
        noter(CleMaitresse::lire(&chemin, Role::Niveau1).map(|_| ()));
    }
    let chemin = dossier.join("binaire");
    recours_coffre::creer(&chemin, &[CANARI.as_bytes(), &[0xff, 0xfe]].concat()).unwrap();
    noter(CleMaitresse::lire(&chemin, Role::Niveau1).map(|_| ()));
    let chemin = dossier.join("long");
    recours_coffre::creer(&chemin, CANARI.repeat(2_000).as_bytes()).unwrap();
    noter(CleMaitresse::lire(&chemin, Role::Niveau1).map(|_| ()));
}

fn livraisons(noter: &mut impl FnMut(Result<(), ErreurSceau>)) {
    let livraison = || Livraison {
        organisme: "caf".to_owned(),
        row_ids: vec![OCTETS, OCTETS],
        jetons: std::array::from_fn(|_| vec![Some(OCTETS), None]),
        etiquettes: Default::default(),
        nir_certifie: vec![true, true],
    };
    let cle = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([2; 32]));
    let contexte = ContexteMission { suite: Suite::Rgs, manifeste: [0; 32], epoque: "2026-T4".to_owned() };
    let mut unite = UniteLiaison::nouvelle(crate::keys::ClesLiaison::deriver(&cle, &contexte).unwrap());
    noter(unite.ajouter(livraison()));
    noter(unite.ajouter(Livraison { nir_certifie: vec![true], ..livraison() }));
    unite.ajouter(Livraison { row_ids: vec![OCTETS, [0; 16]], ..livraison() }).unwrap();
    noter(unite.ajouter(Livraison { row_ids: vec![OCTETS, [0; 16]], ..livraison() }));
    noter(unite.lier(&OptionsLiaison { doublons_p0_max: 0, ..OptionsLiaison::default() }).map(|_| ()));
}
