//! What blind evaluation costs a core, beside the bare `voprf` crate: run by `./measure oprf`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use p256::NistP256;
use voprf::{BlindedElement, EvaluationElement, Proof, Ristretto255, VoprfClient, VoprfServer};
use zeroize::Zeroizing;

use super::flux::FluxSysteme;
use super::groupe::SuiteOprf;
use super::{Aveuglement, Canoniques, ClesOprf, Evaluation, LOT, PasseOprf};
use crate::canon::nir::cle_de_controle;
use crate::canon::{DateBrute, IdentiteBrute};
use crate::keys::{CleMaitresse, ContexteMission, Role, Suite};
use crate::token::{PASSES, Passe};

/// Nanoseconds that this thread has spent on a core: other work on the machine does not count. Without Linux, the clock.
fn sur_le_coeur() -> u64 {
    let lu = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    lu.and_then(|t| t.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64))
}

/// Best of five, in microseconds per element: what the machine can do when left alone.
pub(crate) fn mesurer<T>(elements: usize, mut quoi: impl FnMut() -> T) -> (f64, T) {
    let mut meilleur = f64::INFINITY;
    let mut sortie = None;
    for _ in 0..5 {
        let debut = sur_le_coeur();
        let resultat = quoi();
        meilleur = meilleur.min((sur_le_coeur() - debut) as f64 / 1_000.0 / elements as f64);
        sortie = Some(resultat);
    }
    (meilleur, sortie.unwrap())
}

pub(crate) struct Personne {
    nir: String,
    nom: String,
    prenom: String,
    date: String,
    cp: String,
    adresse: String,
}

pub(crate) fn personnes(n: usize) -> Vec<Personne> {
    (0..n)
        .map(|i| {
            let treize = format!("1{:02}{:02}75{:03}{:03}", i % 100, 1 + i % 12, 100 + i % 300, 1 + i % 900);
            Personne {
                nir: format!("{treize}{:02}", cle_de_controle(&treize).unwrap()),
                nom: format!("Nom de Famille {}", ["Martin", "Bernard", "Petit", "Durand"][i % 4]),
                prenom: ["Jean-Pierre", "Zoé", "Karim", "Élodie"][(i / 4) % 4].to_owned(),
                date: format!("19{:02}-{:02}-{:02}", i % 100, 1 + i % 12, 1 + i % 28),
                cp: format!("{:05}", 75_000 + i % 20),
                adresse: format!("{} rue des Lilas", 1 + i % 90),
            }
        })
        .collect()
}

pub(crate) fn identites(personnes: &[Personne]) -> Vec<IdentiteBrute<'_>> {
    personnes
        .iter()
        .map(|p| IdentiteBrute {
            nir: Some(&p.nir),
            nom_naissance: Some(&p.nom),
            prenoms: Some(&p.prenom),
            date_naissance: Some(DateBrute::Texte(&p.date)),
            sexe: Some("1"),
            commune_naissance: Some("75112"),
            code_postal: Some(&p.cp),
            adresse: Some(&p.adresse),
            ..IdentiteBrute::default()
        })
        .collect()
}

/// The three steps by the crate alone: elements read from bytes and written to bytes, as they must cross a gap.
fn nu<S: SuiteOprf>(entrees: &[&[u8]]) -> [f64; 3] {
    let n = entrees.len();
    let mut hasard = FluxSysteme::nouveau();
    let serveur = VoprfServer::<S>::new(&mut hasard).unwrap();
    let (blind, clients) = mesurer(n, || {
        let resultats: Vec<_> = entrees.iter().map(|e| VoprfClient::<S>::blind(e, &mut hasard).unwrap()).collect();
        resultats.into_iter().map(|r| (r.message.serialize().to_vec(), r.state)).collect::<Vec<_>>()
    });
    let mut hasard = FluxSysteme::nouveau();
    let (evaluate, reponse) = mesurer(n, || {
        let aveugles: Vec<_> = clients.iter().map(|(o, _)| BlindedElement::<S>::deserialize(o).unwrap()).collect();
        let r = serveur.batch_blind_evaluate(&mut hasard, &aveugles).unwrap();
        (r.messages.iter().map(|m| m.serialize().to_vec()).collect::<Vec<_>>(), S::preuve(&r.proof))
    });
    let liste = entrees.to_vec();
    let etats: Vec<VoprfClient<S>> = clients.iter().map(|(_, e)| e.clone()).collect();
    let (finalize, _) = mesurer(n, || {
        let evalues: Vec<_> = reponse.0.iter().map(|o| EvaluationElement::<S>::deserialize(o).unwrap()).collect();
        let preuve = Proof::<S>::deserialize(&reponse.1).unwrap();
        let sorties = VoprfClient::batch_finalize(&liste, &etats, &evalues, &preuve, serveur.get_public_key()).unwrap();
        sorties.map(|s| s.unwrap().to_vec()).collect::<Vec<_>>()
    });
    [blind, evaluate, finalize]
}

/// The same through this crate: canonical form, digest, derived blinds, tokens.
fn le_notre(suite: Suite, passe: PasseOprf, identites: &[IdentiteBrute<'_>]) -> [f64; 3] {
    let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    let cle = CleMaitresse::de_octets(Role::Oprf, Zeroizing::new([1; 32]));
    let cles = ClesOprf::deriver(&cle, &contexte).unwrap();
    let publique = cles.publique(passe).unwrap();
    let secret = Aveuglement::generer(suite).unwrap();
    let n = identites.len();
    let (blind, elements) = mesurer(n, || {
        let canoniques = Canoniques::de(identites, &[passe], "2026-T4", |_| true);
        let (entrees, _) = canoniques.passe(passe);
        assert_eq!(entrees.len(), n, "chaque personne a ce jeton");
        std::hint::black_box(secret.empreinte(passe, &entrees));
        secret.aveugler(passe, 0, &entrees).unwrap()
    });
    let (evaluate, reponse): (f64, Evaluation) = mesurer(n, || cles.evaluer(passe, &elements).unwrap());
    let (finalize, jetons) = mesurer(n, || {
        let canoniques = Canoniques::de(identites, &[passe], "2026-T4", |_| true);
        let (entrees, _) = canoniques.passe(passe);
        std::hint::black_box(secret.empreinte(passe, &entrees));
        secret.finaliser(&publique, 0, &entrees, &elements, &reponse).unwrap()
    });
    assert_eq!(jetons.len(), n);
    [blind, evaluate, finalize]
}

/// Prints the table with RECOURS_MESURE; without it, the same path on a few people.
#[test]
fn tableau() {
    let mesure = std::env::var_os("RECOURS_MESURE").is_some();
    let n = if !mesure {
        8
    } else if std::env::var_os("RECOURS_PETIT").is_some() {
        200
    } else {
        LOT
    };
    let personnes = personnes(n);
    let identites = identites(&personnes);
    let passe = PasseOprf::from(Passe::P1);
    let canoniques = Canoniques::de(&identites, &[passe], "2026-T4", |_| true);
    let entrees = canoniques.passe(passe).0;
    println!("Un lot de {n} éléments, un cœur, meilleur de cinq, microsecondes par élément (temps du cœur).\n");
    println!("{:<8} {:<12} {:>12} {:>12} {:>10} {:>16}", "suite", "pas", "voprf seul", "Recours", "surcoût", "par cœur-seconde");
    let mut pires = 0.0_f64;
    for (suite, nus) in [(Suite::Rgs, nu::<NistP256>(&entrees)), (Suite::Rapide, nu::<Ristretto255>(&entrees))] {
        let notres = le_notre(suite, passe, &identites);
        for ((pas, nu), notre) in ["aveugler", "évaluer", "finaliser"].iter().zip(nus).zip(notres) {
            let surcout = 100.0 * (notre / nu - 1.0);
            pires = pires.max(surcout);
            println!("{:<8} {pas:<12} {nu:>12.1} {notre:>12.1} {surcout:>8.1} % {:>16.0}", suite.code(), 1e6 / notre);
        }
        let heures = |us: f64| us * PASSES.len() as f64 * 1.2 / 3_600.0;
        println!(
            "{:<8} 1,2 million de personnes, {} passes : organisme {:.2} h de cœur, tiers des clés {:.2} h",
            suite.code(),
            PASSES.len(),
            heures(notres[0] + notres[2]),
            heures(notres[1])
        );
    }
    println!("\nPlus grand surcoût sur un pas : {pires:.1} % (visé : 25 %).");
}
