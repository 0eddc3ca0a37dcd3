#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::{COMBIEN, CleCanaris, Comparaison, EmpreinteCanaris, identites};
use crate::canon::canoniser;
use crate::keys::{CleMaitresse, ClesScellement, ContexteMission, Role, Suite};
use crate::token::{PASSES, sceller};

fn releve(maitresse: u8, cle: &CleCanaris, garder: usize) -> Result<EmpreinteCanaris, usize> {
    let contexte = ContexteMission { suite: Suite::Rapide, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    let cles = ClesScellement::deriver(&CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([maitresse; 32])), &contexte).unwrap();
    let colonnes = sceller(&cles, &identites());
    let mut releve = Comparaison::nouvelle(cle);
    for (i, id) in cle.row_ids().iter().enumerate().take(garder) {
        let rang = releve.rang(id).unwrap();
        for passe in PASSES {
            releve.noter(rang, passe.code(), colonnes.jetons[passe.rang()][i].as_ref().map_or(&[], |j| j.as_slice()));
        }
    }
    releve.terminer()
}

#[test]
fn deux_organismes_qui_scellent_pareil_ont_la_meme_empreinte() {
    let (a, b) = (CleCanaris::generer().unwrap(), CleCanaris::generer().unwrap());
    assert_ne!(a.row_ids()[0], b.row_ids()[0]);
    let (ici, la) = (releve(1, &a, COMBIEN).unwrap(), releve(1, &CleCanaris::lire(&b.hex()).unwrap(), COMBIEN).unwrap());
    assert_eq!(ici, la);
    assert_eq!(EmpreinteCanaris::lire(&la.textes()), ici);
    // Another key: every pass differs.
    assert_eq!(releve(2, &a, COMBIEN).unwrap().differences(&ici), PASSES.map(super::super::token::Passe::code));
    // One canary taken out.
    assert_eq!(releve(1, &a, COMBIEN - 1), Err(COMBIEN - 1));
    for mauvais in ["", "zz", &"g".repeat(64), &"é".repeat(32)] {
        assert!(CleCanaris::lire(mauvais).is_none());
    }
}

/// They must go through the rules that a drift would touch, and be nobody.
#[test]
fn mille_identites_impossibles_qui_passent_par_toutes_les_regles() {
    let tous: Vec<_> = identites().iter().map(canoniser).collect();
    assert_eq!(tous.len(), COMBIEN);
    let combien = |f: &dyn Fn(&crate::canon::IdentiteCanonique) -> bool| tous.iter().filter(|p| f(p)).count();
    assert!(combien(&|p| p.nir_certifie) > 600);
    assert!(combien(&|p| p.nir.is_some() && !p.nir_certifie) > 40);
    assert!(combien(&|p| p.nom_usage.is_some()) > 50);
    assert!(combien(&|p| p.nom_naissance.as_ref().is_some_and(|n| n.plie().contains(' '))) > 50);
    assert!(combien(&|p| p.date_naissance.is_some_and(crate::canon::DateNaissance::peut_etre_fictive)) > 20);
    assert!(combien(&|p| p.adresse.is_some()) > 600);
    assert!(tous.iter().all(|p| p.code_postal.as_ref().is_some_and(|c| c.starts_with("00"))));
    assert!(tous.iter().filter_map(|p| p.nir.as_ref()).all(|n| &n.treize()[5..7] == b"00"));
    // No two of them are one person in any pass: they would hide each other.
    let numeros: HashSet<_> = tous.iter().filter_map(|p| p.nir.as_ref()).map(|n| *n.treize()).collect();
    assert_eq!(numeros.len(), combien(&|p| p.nir.is_some()));
}
