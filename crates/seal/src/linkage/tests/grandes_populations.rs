//! Invented populations with known truth: how much is found, and how much is false.

use super::{Fiche, nir, paires, relier, relier_avec};
use crate::linkage::{Depassement, OptionsLiaison};

/// A small generator (SplitMix64): the tests need the same people every time.
struct Hasard(u64);

impl Hasard {
    fn suivant(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn sous(&mut self, n: u64) -> u64 {
        self.suivant() % n
    }
    fn une_fois_sur(&mut self, n: u64) -> bool {
        self.sous(n) == 0
    }
    /// A rank below n, small ranks far more often: names are not uniform.
    fn inegal(&mut self, n: u64) -> u64 {
        self.sous(n).min(self.sous(n)).min(self.sous(n))
    }
}

fn mot(rang: u64, syllabes: u32) -> String {
    const DEBUTS: [&str; 14] = ["B", "C", "D", "F", "G", "L", "M", "N", "P", "R", "S", "T", "V", "CH"];
    const FINS: [&str; 12] = ["a", "an", "e", "el", "i", "in", "o", "on", "ou", "ard", "eu", "oi"];
    let mut n = rang.wrapping_mul(2_654_435_761) ^ 0x5bd1;
    let mut mot = String::new();
    for _ in 0..syllabes {
        mot.push_str(DEBUTS[(n % 14) as usize]);
        mot.push_str(FINS[(n / 14 % 12) as usize]);
        n /= 168;
    }
    mot
}

/// A person of the département 99, which does not exist.
fn personne(h: &mut Hasard, verite: u32) -> Fiche {
    let (annee, mois, jour) = (1925 + h.sous(80), 1 + h.sous(12), 1 + h.sous(28));
    let femme = h.une_fois_sur(2);
    // Commune and order number count the people: no two invented people share a number.
    let treize = format!("{}{:02}{mois:02}99{:03}{:03}", if femme { 2 } else { 1 }, annee % 100, 1 + verite % 330, 1 + verite / 330);
    Fiche {
        organisme: "",
        verite,
        nir: nir(&treize),
        nom: mot(h.inegal(1_800), 3),
        prenoms: mot(10_000 + h.inegal(700), 2),
        date: format!("{annee}-{mois:02}-{jour:02}"),
        sexe: if femme { "F" } else { "M" }.into(),
        cp: format!("99{:03}", 10 * h.inegal(60)),
        ..Fiche::default()
    }
}

/// Bodies that share nobody: every link is false.
fn disjointes(combien: u32, avec_nir: bool) -> (u64, usize) {
    let mut h = Hasard(20_261_001);
    let mut fiches = Vec::new();
    for organisme in ["caf", "cpam"] {
        for _ in 0..combien {
            let verite = fiches.len() as u32;
            let mut fiche = Fiche { organisme, ..personne(&mut h, verite) };
            if !avec_nir {
                fiche.nir.clear();
            }
            fiches.push(fiche);
        }
    }
    let (reponses, _) = relier(&fiches);
    let (justes, faux, _) = paires(&fiches, &reponses);
    assert_eq!(justes, 0);
    (faux, fiches.len())
}

#[test]
fn populations_disjointes_sans_numero() {
    let (faux, _) = disjointes(60_000, false);
    // 0.05 %; a dozen is what these names and postcodes give by chance. The rate grows with the size of the territory, and so must the doubt.
    println!("{faux} faux liens sur 60 000 personnes de chaque côté, sans numéro");
    assert!(faux <= 30, "{faux} faux liens sur 60 000 personnes de chaque côté");
}

#[test]
fn populations_disjointes_avec_numero() {
    let (faux, _) = disjointes(20_000, true);
    // Names never link two certified numbers.
    assert_eq!(faux, 0);
}

/// Errors of real files, at rates above what the certified registers have.
fn abimer(h: &mut Hasard, fiche: &mut Fiche) {
    if h.une_fois_sur(6) {
        fiche.nir.clear();
    }
    if h.une_fois_sur(20) {
        let i = h.sous(fiche.nom.len() as u64) as usize;
        let lettre = char::from(b'a' + h.sous(26) as u8);
        fiche.nom = fiche.nom.chars().enumerate().map(|(k, c)| if k == i { lettre } else { c }).collect();
    }
    if h.une_fois_sur(15) {
        fiche.usage = mot(h.inegal(1_800), 3);
    }
    if h.une_fois_sur(20) {
        fiche.cp = format!("99{:03}", 10 * h.inegal(60));
    }
    if h.une_fois_sur(40) {
        fiche.date = fiche.date.replacen("-0", "-1", 1);
    }
    if h.une_fois_sur(3) {
        fiche.nom = fiche.nom.to_uppercase();
        fiche.prenoms = format!("{}, {}", fiche.prenoms.to_uppercase(), mot(10_000 + h.inegal(700), 2));
    }
}

#[test]
fn rappel_et_precision_sur_quatre_organismes() {
    let mut h = Hasard(42);
    let mut fiches = Vec::new();
    for verite in 0..6_000 {
        let modele = personne(&mut h, verite);
        for (organisme, sur) in [("cpam", 20), ("caf", 2), ("carsat", 3), ("departement", 6)] {
            let connu = if organisme == "cpam" { !h.une_fois_sur(sur) } else { h.une_fois_sur(sur) };
            if connu {
                let mut fiche = Fiche { organisme, ..modele.clone() };
                abimer(&mut h, &mut fiche);
                // Recorded twice, now and then.
                if h.une_fois_sur(200) {
                    fiches.push(fiche.clone());
                }
                fiches.push(fiche);
            }
        }
    }
    let (reponses, resultat) = relier(&fiches);
    let (justes, faux, manques) = paires(&fiches, &reponses);
    let precision = justes as f64 / (justes + faux) as f64;
    let rappel = justes as f64 / (justes + manques) as f64;
    println!("paires justes {justes}, fausses {faux}, manquées {manques} : précision {precision:.4}, rappel {rappel:.4}");
    assert!(precision >= 0.999, "précision {precision:.4}");
    assert!(rappel >= 0.97, "rappel {rappel:.4}");
    assert!(resultat.statistiques.passes.iter().all(|p| !p.refusee));
}

#[test]
fn une_passe_trop_peu_unique_est_refusee_entiere() {
    let mut h = Hasard(7);
    // Everybody is called the same: p2 then rests on the birth date alone.
    let fiches: Vec<Fiche> = (0..6_000)
        .map(|i| Fiche {
            organisme: if i % 2 == 0 { "caf" } else { "cpam" },
            nir: String::new(),
            nom: "Garancin".into(),
            prenoms: "Zoé".into(),
            ..personne(&mut h, i)
        })
        .collect();
    let (reponses, resultat) = relier(&fiches);
    assert!(resultat.statistiques.passes[2].refusee && resultat.statistiques.passes[2].liens == 0);
    assert!(matches!(resultat.statistiques.passes[2].depassement, Some(Depassement::Unicite { .. })));
    let sans_garde = OptionsLiaison {
        unicite_minimale: 0.0,
        entropie_minimale: 0.0,
        faux_liens_maximum: 1.0,
        faux_liens_cumules_maximum: 1.0,
        ..OptionsLiaison::default()
    };
    let (reponses_sans, _) = relier_avec(&fiches, &sans_garde, &|_| "2026-T4");
    let (faux, faux_sans) = (paires(&fiches, &reponses).1, paires(&fiches, &reponses_sans).1);
    assert!(faux_sans > 100 && faux * 4 < faux_sans, "{faux} contre {faux_sans} sans la garde");
}
