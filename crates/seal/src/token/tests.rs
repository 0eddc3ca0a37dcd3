#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use zeroize::Zeroizing;

use super::{PASSES, Passe, sceller};
use crate::canon::nir::cle_de_controle;
use crate::canon::{DateBrute, IdentiteBrute};
use crate::keys::{CleMaitresse, ClesScellement, ContexteMission, Role, Suite};

fn cles(suite: Suite) -> ClesScellement {
    let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
    let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    ClesScellement::deriver(&cle, &contexte).unwrap()
}

fn personne() -> IdentiteBrute<'static> {
    IdentiteBrute {
        nir: Some("285079901204544"),
        nom_naissance: Some("Garancin"),
        nom_usage: Some("Touvet"),
        prenoms: Some("Zoé"),
        date_naissance: Some(DateBrute::Texte("1985-07-14")),
        sexe: Some("F"),
        code_postal: Some("99120"),
        ..IdentiteBrute::default()
    }
}

#[test]
fn tous_les_jetons_et_tous_differents() {
    let colonnes = sceller(&cles(Suite::Rgs), &[personne()]);
    let mut jetons: Vec<_> = PASSES.iter().map(|p| colonnes.jetons[p.rang()][0].unwrap()).collect();
    jetons.sort_unstable();
    jetons.dedup();
    assert_eq!(jetons.len(), PASSES.len());
    assert_eq!(colonnes.nir_certifie, [true]);
    assert_eq!(colonnes.bilan.avec_jeton, [1; 6]);
}

#[test]
fn les_deux_ecritures_de_la_date_scellent_pareil() {
    let jours = IdentiteBrute { date_naissance: Some(DateBrute::Jours(5_673)), ..personne() };
    let colonnes = sceller(&cles(Suite::Rapide), &[personne(), jours]);
    for colonne in &colonnes.jetons {
        assert!(colonne[0].is_some() && colonne[0] == colonne[1]);
    }
}

#[test]
fn un_composant_absent_un_jeton_de_moins() {
    let p = personne();
    // Field removed, passes that must fall.
    let cas: [(IdentiteBrute<'_>, &[Passe]); 7] = [
        (IdentiteBrute { nir: None, ..p }, &[Passe::P0, Passe::P1]),
        (IdentiteBrute { prenoms: None, ..p }, &[Passe::P1, Passe::P2, Passe::P3, Passe::P4, Passe::P5]),
        (IdentiteBrute { nom_naissance: None, nom_usage: None, ..p }, &[Passe::P1, Passe::P2, Passe::P3, Passe::P4]),
        (IdentiteBrute { date_naissance: None, ..p }, &[Passe::P0, Passe::P2, Passe::P3, Passe::P4, Passe::P5]),
        (IdentiteBrute { code_postal: None, ..p }, &[Passe::P4, Passe::P5]),
        (IdentiteBrute { code_postal: Some(""), nom_usage: Some("  "), ..p }, &[Passe::P4, Passe::P5]),
        (IdentiteBrute { nir_propre: Some(false), ..p }, &[Passe::P0]),
    ];
    for (i, (identite, tombees)) in cas.into_iter().enumerate() {
        let colonnes = sceller(&cles(Suite::Rgs), &[identite]);
        for passe in PASSES {
            assert_eq!(colonnes.jetons[passe.rang()][0].is_none(), tombees.contains(&passe), "cas {i}, passe {}", passe.code());
        }
        assert_eq!(colonnes.nir_certifie[0], !tombees.contains(&Passe::P0));
    }
}

#[test]
fn l_enfant_qui_porte_le_prenom_de_son_parent_ne_devient_pas_lui() {
    let enfant = IdentiteBrute { date_naissance: Some(DateBrute::Texte("2012-03-05")), ..personne() };
    let colonnes = sceller(&cles(Suite::Rgs), &[personne(), enfant]);
    for colonne in &colonnes.jetons {
        assert!(colonne[0] != colonne[1]);
    }
    assert!(colonnes.jetons[1][1].is_some() && colonnes.jetons[0][1].is_none());
    assert_eq!(colonnes.bilan.nir_d_autrui, 1);
}

#[test]
fn les_morceaux_mis_bout_a_bout_valent_le_tout() {
    let treize = "1990199012003";
    let nir = format!("{treize}{:02}", cle_de_controle(treize).unwrap());
    let autre = IdentiteBrute { nir: Some(&nir), sexe: Some("M"), date_naissance: Some(DateBrute::Texte("1999-01-01")), ..personne() };
    let sans_rien = IdentiteBrute { nir: Some("pas un numéro"), ..IdentiteBrute::default() };
    let toutes = [personne(), autre, sans_rien];
    let entier = sceller(&cles(Suite::Rgs), &toutes);
    let mut morceaux = sceller(&cles(Suite::Rgs), &toutes[..1]);
    morceaux.suivre(sceller(&cles(Suite::Rgs), &toutes[1..]));
    assert!(morceaux.jetons == entier.jetons && morceaux.nir_certifie == entier.nir_certifie);
    assert_eq!(morceaux.bilan, entier.bilan);
    assert_eq!((entier.bilan.lignes, entier.bilan.sans_aucun_jeton, entier.bilan.nir_illisible), (3, 1, 1));
    assert_eq!((entier.bilan.date_peut_etre_fictive, entier.bilan.date_absente), (1, 1));
}

/// Published tokens under published keys: another implementation of mode A must give the same.
#[test]
fn jetons_de_reference() {
    let fichier: serde_json::Value = serde_json::from_str(include_str!("../../vecteurs/jetons-1.json")).unwrap();
    for suite in [Suite::Rgs, Suite::Rapide] {
        let colonnes = sceller(&cles(suite), &[personne()]);
        for passe in PASSES {
            let hex: String = colonnes.jetons[passe.rang()][0].unwrap().iter().map(|o| format!("{o:02x}")).collect();
            assert_eq!(fichier["jetons"][suite.code()][passe.code()], hex, "{} {}", suite.code(), passe.code());
        }
    }
}
