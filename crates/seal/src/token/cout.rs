//! What sealing by keyed functions (mode A) costs a core, beside the bare `ring` and `blake3`: run by `./measure couts`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::hint::black_box;

use ring::hmac;
use zeroize::Zeroizing;

use super::{PASSES, Passe, passes, sceller, sceller_elargi};
use crate::canon::{IdentiteBrute, canoniser};
use crate::keys::{CleMaitresse, ClesElargies, ClesLiaison, ClesScellement, ContexteMission, Jeton, Role, Suite};
use crate::oprf::cout::{identites, mesurer, personnes};

/// The function alone, as its crate gives it: the peer of one token.
enum Nu {
    Hmac(hmac::Key),
    Blake3([u8; 32]),
}

impl Nu {
    fn de(suite: Suite, octets: [u8; 32]) -> Self {
        match suite {
            Suite::Rgs => Self::Hmac(hmac::Key::new(hmac::HMAC_SHA256, &octets)),
            Suite::Rapide => Self::Blake3(octets),
        }
    }

    fn jeton(&self, octets: &[u8]) -> Jeton {
        let mut jeton = [0; 16];
        match self {
            Self::Hmac(cle) => jeton.copy_from_slice(&hmac::sign(cle, octets).as_ref()[..16]),
            Self::Blake3(cle) => jeton.copy_from_slice(&blake3::keyed_hash(cle, octets).as_bytes()[..16]),
        }
        jeton
    }
}

/// Canonical bytes of every pass of every person, as [`super::sceller`] hashes them.
fn clairs(identites: &[IdentiteBrute<'_>]) -> Vec<(Passe, Vec<u8>)> {
    let mut clairs = Vec::new();
    let mut octets = Vec::new();
    for personne in identites.iter().map(canoniser) {
        for passe in PASSES {
            if passes::octets(passe, &personne, &mut octets) {
                clairs.push((passe, octets.clone()));
            }
        }
    }
    clairs
}

/// The kernel counts a thread's time by ticks of some milliseconds: each figure is that of many turns.
fn tourner<T>(tours: usize, mut quoi: impl FnMut() -> T) {
    for _ in 0..tours {
        black_box(quoi());
    }
}

struct Ligne {
    pas: &'static str,
    nu: f64,
    notre: f64,
}

/// Microseconds per token of the two levels.
fn jetons(suite: Suite, clairs: &[(Passe, Vec<u8>)], tours: usize) -> [Ligne; 2] {
    let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    let (k1, k2) = ([1; 32], [2; 32]);
    let maitresse = |role, octets| CleMaitresse::de_octets(role, Zeroizing::new(octets));
    let (c1, c2) = (maitresse(Role::Niveau1, k1), maitresse(Role::Niveau2, k2));
    let (cles, cles2) = (ClesScellement::deriver(&c1, &contexte).unwrap(), ClesLiaison::deriver(&c2, &contexte).unwrap());
    let nus: [Nu; PASSES.len()] = std::array::from_fn(|i| Nu::de(suite, [i as u8; 32]));
    let couples: Vec<(Passe, Jeton)> = clairs.iter().map(|(p, o)| (*p, nus[p.rang()].jeton(o))).collect();
    let n = tours * clairs.len();
    let nu1 = mesurer(n, || tourner(tours, || clairs.iter().map(|(p, o)| nus[p.rang()].jeton(o)).collect::<Vec<_>>())).0;
    let notre1 = mesurer(n, || tourner(tours, || clairs.iter().map(|(p, o)| cles.jeton(*p, o)).collect::<Vec<_>>())).0;
    let nu2 = mesurer(n, || tourner(tours, || couples.iter().map(|(p, j)| nus[p.rang()].jeton(j)).collect::<Vec<_>>())).0;
    let lie = |(p, j): &(Passe, Jeton)| cles2.jeton_et_etiquette(*p, j, 0x0102_0304).0;
    let notre2 = mesurer(n, || tourner(tours, || couples.iter().map(lie).collect::<Vec<_>>())).0;

    [Ligne { pas: "jeton, niveau 1", nu: nu1, notre: notre1 }, Ligne { pas: "jeton, niveau 2", nu: nu2, notre: notre2 }]
}

/// Prints the table with RECOURS_MESURE; without it, the same path on a few people.
#[test]
fn tableau() {
    let mesure = std::env::var_os("RECOURS_MESURE").is_some();
    let n = match (mesure, std::env::var_os("RECOURS_PETIT")) {
        (false, _) => 8,
        (true, Some(_)) => 500,
        (true, None) => 20_000,
    };
    let personnes = personnes(n);
    let identites = identites(&personnes);
    let clairs = clairs(&identites);
    println!("{n} personnes, un cœur, meilleur de cinq, microsecondes (temps du cœur).\n");
    println!("{:<8} {:<20} {:>12} {:>12} {:>10} {:>16}", "suite", "pas", "caisse seule", "Recours", "surcoût", "par cœur-seconde");
    // Turns so that each figure is that of some hundred thousand tokens at full size.
    let tours = if mesure { 1 + if n < 1_000 { 2_000 } else { 30_000 } / n } else { 1 };
    let canon =
        mesurer(n * tours, || tourner(tours, || identites.iter().map(|i| black_box(canoniser(i)).nir_certifie).filter(|c| *c).count())).0;
    let mut pire = 0.0_f64;
    for suite in [Suite::Rgs, Suite::Rapide] {
        for Ligne { pas, nu, notre } in jetons(suite, &clairs, tours) {
            let surcout = 100.0 * (notre / nu - 1.0);
            pire = pire.max(surcout);
            println!("{:<8} {pas:<20} {nu:>12.3} {notre:>12.3} {surcout:>8.1} % {:>16.0}", suite.code(), 1e6 / notre);
        }
        let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
        let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
        let cles = ClesScellement::deriver(&cle, &contexte).unwrap();
        let larges = ClesElargies::deriver(&cle, &contexte).unwrap();
        let faits: u64 = sceller(&cles, &identites).bilan.avec_jeton.iter().sum();
        let six = mesurer(n * tours, || tourner(tours, || sceller(&cles, &identites))).0;
        let debut = std::time::Instant::now();
        drop(black_box(ClesScellement::deriver(&cle, &contexte).unwrap()));
        let arbre = debut.elapsed().as_micros();
        assert_eq!(faits as usize, clairs.len(), "le tableau compte les jetons que le scellement fait");
        let (douze, elargies) = mesurer(n, || sceller_elargi(&cles, &larges, &identites));
        let de_plus: u64 = elargies.combien.iter().sum();
        let par = |combien: u64| combien as f64 / n as f64;
        println!(
            "{:<8} une personne entière : forme canonique {canon:.2}, six passes {six:.2} ({:.1} jetons, forme canonique comprise),",
            suite.code(),
            par(faits)
        );
        println!("{:<8} passes élargies et étiquettes {douze:.2} ({:.1} jetons, forme canonique comprise)", "", par(de_plus));
        println!("{:<8} clés des six passes, une fois par mission : {arbre} µs", "");
    }
    println!("\nPlus grand surcoût sur un pas : {pire:.1} % (visé : 25 %).");
}
