//! What sealing and linking cost per person, through the public doors of `recours-seal`:
//! `cargo bench -p recours-seal --bench lier_sceller`. One thread; criterion's `thrpt` is persons per second.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a measure: nothing to recover")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use recours_seal::canon::nir::cle_de_controle;
use recours_seal::canon::{DateBrute, IdentiteBrute, canoniser};
use recours_seal::keys::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use recours_seal::linkage::{Livraison, OptionsLiaison, UniteLiaison};
use recours_seal::token::{ColonnesJetons, sceller};
use zeroize::Zeroizing;

/// Persons of one body.
const PERSONNES: usize = 20_000;
/// Half of the second body's people are the first one's too.
const COMMUNES: usize = 10_000;

const NOMS: [&str; 12] = [
    "MARTIN",
    "DE LA TOUR",
    "LE GALL",
    "N'GUESSAN",
    "GARCÍA LÓPEZ",
    "DUPONT-DURAND",
    "ŒUVRARD",
    "BERNARD",
    "PETIT",
    "D'ALMEIDA",
    "ROUX",
    "HADDAD",
];
const PRENOMS: [&str; 10] =
    ["Marie-Thérèse", "Jean Paul", "Zoé", "Mohamed", "Anne", "Léa, Chloé", "François", "Inès", "Louis-Marie", "Fatoumata"];

/// One invented person.
struct Fiche {
    nir: String,
    nom: String,
    prenoms: &'static str,
    date: i32,
    sexe: &'static str,
    code_postal: String,
}

impl Fiche {
    /// The same number, the same person.
    fn nouvelle(n: usize) -> Self {
        // Knuth's multiplicative hash: scatters, and needs nobody.
        let h = n.wrapping_mul(2_654_435_761) >> 4;
        let (sexe, annee, mois, dep, commune, ordre) = (n % 2, 40 + h % 60, 1 + h / 7 % 12, 1 + h / 11 % 95, 1 + h / 13 % 400, 1 + n % 990);
        let dep = if dep == 20 { 21 } else { dep };
        let treize = format!("{}{annee:02}{mois:02}{dep:02}{commune:03}{ordre:03}", sexe + 1);
        let cle = cle_de_controle(&treize).expect("thirteen digits");
        let date = i32::try_from((annee - 70) as i64 * 365 + (mois as i64 - 1) * 30 + (h / 17 % 28) as i64).expect("a day");
        Self {
            nir: format!("{treize}{cle:02}"),
            nom: format!("{} {}", NOMS[h % NOMS.len()], lettres(h / 19 % 17_576)),
            prenoms: PRENOMS[h / 5 % PRENOMS.len()],
            date,
            sexe: if sexe == 0 { "M" } else { "F" },
            code_postal: format!("{dep:02}{:03}", h / 23 % 100 * 10),
        }
    }

    fn brute(&self) -> IdentiteBrute<'_> {
        IdentiteBrute {
            nir: Some(&self.nir),
            nom_naissance: Some(&self.nom),
            prenoms: Some(self.prenoms),
            date_naissance: Some(DateBrute::Jours(self.date)),
            sexe: Some(self.sexe),
            code_postal: Some(&self.code_postal),
            ..IdentiteBrute::default()
        }
    }
}

fn lettres(mut n: usize) -> String {
    (0..3)
        .map(|_| {
            let c = char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
            n /= 26;
            c
        })
        .collect()
}

fn contexte(suite: Suite) -> ContexteMission {
    ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() }
}

fn cles(suite: Suite) -> ClesScellement {
    ClesScellement::deriver(&CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32])), &contexte(suite)).expect("keys")
}

fn livraison(organisme: &str, rang: u8, colonnes: &ColonnesJetons) -> Livraison {
    let id = |n: usize| {
        let mut id = (n as u128).to_be_bytes();
        id[0] = rang;
        id
    };
    Livraison {
        organisme: organisme.to_owned(),
        row_ids: (0..colonnes.nir_certifie.len()).map(id).collect(),
        jetons: colonnes.jetons.clone(),
        etiquettes: std::array::from_fn(|_| Vec::new()),
        nir_certifie: colonnes.nir_certifie.clone(),
    }
}

fn sceller_des_personnes(c: &mut Criterion) {
    let fiches: Vec<Fiche> = (0..PERSONNES).map(Fiche::nouvelle).collect();
    let brutes: Vec<IdentiteBrute<'_>> = fiches.iter().map(Fiche::brute).collect();
    let mut groupe = c.benchmark_group("sceller");
    groupe.throughput(Throughput::Elements(PERSONNES as u64));
    groupe.bench_function("forme canonique", |b| {
        b.iter(|| brutes.iter().map(|i| usize::from(black_box(canoniser(i)).nir.is_some())).sum::<usize>())
    });
    for suite in [Suite::Rgs, Suite::Rapide] {
        let cles = cles(suite);
        groupe.bench_function(BenchmarkId::new("jetons", suite.code()), |b| b.iter(|| sceller(&cles, black_box(&brutes)).bilan.lignes));
    }
    groupe.finish();
}

fn lier_deux_organismes(c: &mut Criterion) {
    let fil = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut groupe = c.benchmark_group("lier");
    groupe.throughput(Throughput::Elements(2 * PERSONNES as u64));
    for suite in [Suite::Rgs, Suite::Rapide] {
        let cles = cles(suite);
        let seau = |premier: usize| {
            let fiches: Vec<Fiche> = (premier..premier + PERSONNES).map(Fiche::nouvelle).collect();
            sceller(&cles, &fiches.iter().map(Fiche::brute).collect::<Vec<_>>())
        };
        let (caf, cpam) = (seau(0), seau(PERSONNES - COMMUNES));
        let unite = || {
            let cle = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([2; 32]));
            UniteLiaison::nouvelle(ClesLiaison::deriver(&cle, &contexte(suite)).expect("keys"))
        };
        let remplir = || (unite(), livraison("caf", 1, &caf), livraison("cpam", 2, &cpam));
        let lier = |(mut u, a, b): (UniteLiaison, Livraison, Livraison)| {
            u.ajouter(a).expect("a delivery");
            u.ajouter(b).expect("a delivery");
            u.lier(&OptionsLiaison::default()).expect("links")
        };
        let liees = fil.install(|| lier(remplir())).organismes.iter().flat_map(|o| &o.lignes).filter(|l| l.force > 0).count();
        assert!(liees >= COMMUNES, "the people of both bodies are linked");
        groupe.bench_function(BenchmarkId::new("deux organismes", suite.code()), |b| {
            b.iter_batched(remplir, |livraisons| fil.install(|| lier(livraisons)), BatchSize::LargeInput);
        });
    }
    groupe.finish();
}

criterion_group! {
    name = mesures;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(5));
    targets = sceller_des_personnes, lier_deux_organismes
}
criterion_main!(mesures);
