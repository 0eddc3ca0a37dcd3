//! Invented people in number: names, generations and places of birth are those of the inventor (`recours-synth`);
//! households, addresses and twins are drawn here.
//!
//! The inventor's lists hold some three hundred surnames where France has more than a million: they cover the most
//! frequent, with their order of frequency. Three populations are made of it. *Listes* takes the names as they are, so
//! that strangers of one name are about ten times too many. *France* keeps them for 16 % of households, the order of
//! what the 250 most frequent names cover, and gives the others a name among 200 000 composed ones, the first of them
//! as frequent as the last of the lists (à vérifier against the tables of the Insee). *Febrl* draws surnames and given
//! names from the counts of the FEBRL4 file: 1 827 and 769 of them, whatever the generation.

use rayon::prelude::*;
use recours_seal::canon::nir::cle_de_controle;
use recours_synth::{Identite, PersonSeed, Role, Sexe, identites};

use super::Fiche;

/// SplitMix64: the same people every time.
pub struct Hasard(pub u64);

impl Hasard {
    pub fn suivant(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn sous(&mut self, n: u64) -> u64 {
        self.suivant() % n
    }

    pub fn chance(&mut self, p: f64) -> bool {
        ((self.suivant() >> 11) as f64 / (1_u64 << 53) as f64) < p
    }
}

#[derive(Clone, Copy)]
pub enum Noms<'a> {
    Listes,
    France,
    Febrl(&'a Marges),
}

/// Names with how often each is found.
pub struct Marges {
    noms: Vec<(String, u64)>,
    prenoms: Vec<(String, u64)>,
}

impl Marges {
    /// Lines « n;name;count » or « p;name;count », as `benches/liaison/febrl.py --marges` writes them.
    pub fn lire(chemin: &std::path::Path) -> Self {
        let texte = std::fs::read_to_string(chemin).unwrap();
        let mut marges = Self { noms: Vec::new(), prenoms: Vec::new() };
        for ligne in texte.lines() {
            let champs: Vec<&str> = ligne.split(';').collect();
            let liste = if champs[0] == "n" { &mut marges.noms } else { &mut marges.prenoms };
            let avant = liste.last().map_or(0, |(_, n)| *n);
            liste.push((champs[1].to_owned(), avant + champs[2].parse::<u64>().unwrap()));
        }
        marges
    }

    fn tirer(liste: &[(String, u64)], h: &mut Hasard) -> String {
        let rang = h.sous(liste.last().unwrap().1);
        liste[liste.partition_point(|(_, n)| *n <= rang)].0.clone()
    }
}

/// A name among 200 000, the first ones more frequent.
fn nom_compose(h: &mut Hasard) -> String {
    const DEBUTS: [&str; 40] = [
        "Bar", "Bel", "Ber", "Bou", "Bris", "Cam", "Car", "Chau", "Cor", "Cous", "Dal", "Del", "Des", "Dor", "Fau", "Fer", "Fon", "Gal",
        "Gar", "Gou", "Gri", "Hau", "Jau", "Lam", "Lar", "Les", "Mal", "Mar", "Mon", "Mou", "Pan", "Per", "Pon", "Rav", "Rou", "Sal",
        "Tar", "Tou", "Val", "Ver",
    ];
    const MILIEUX: [&str; 50] = [
        "", "a", "e", "i", "o", "ba", "be", "bi", "bo", "ca", "che", "co", "da", "de", "di", "do", "fa", "fi", "ga", "gi", "go", "la",
        "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "pa", "pe", "pi", "ra", "re", "ri", "ro", "sa", "se", "si", "ta", "te",
        "ti", "to", "va", "ve", "vi", "za",
    ];
    const FINS: [&str; 100] = [
        "ard", "aud", "ault", "eau", "el", "elle", "et", "ette", "ier", "ière", "in", "ine", "on", "onnet", "ot", "otte", "our", "ous",
        "ac", "as", "at", "ay", "ez", "is", "oz", "uc", "uel", "us", "an", "ane", "ent", "ert", "ery", "esse", "eux", "ieu", "ille",
        "illon", "iot", "ison", "lain", "lan", "land", "lard", "las", "lat", "let", "lier", "lin", "llet", "mand", "mar", "mas", "met",
        "mier", "mont", "nard", "nas", "neau", "nel", "net", "nier", "nin", "nod", "not", "pin", "quet", "rand", "rard", "ras", "rat",
        "raud", "reau", "rel", "ret", "rier", "rin", "rot", "roux", "sard", "seau", "sel", "set", "sier", "sin", "son", "sot", "tard",
        "tel", "tet", "tier", "tin", "ton", "tot", "vain", "val", "vel", "vet", "vier", "vin",
    ];
    // Rank by an inverse of 1/(r + 400), which puts the first at 0.04 % of people.
    let u = (h.suivant() >> 11) as f64 / (1_u64 << 53) as f64;
    let rang = (400.0 * ((u * (200_400.0_f64 / 400.0).ln()).exp() - 1.0)) as usize;
    let i = rang.wrapping_mul(7_919) % 200_000;
    [DEBUTS[i % 40], MILIEUX[i / 40 % 50], FINS[i / 2_000 % 100]].concat()
}

/// `combien` people in households. `premiere` numbers them; two calls with ranges apart give different people.
pub fn inventer(combien: usize, premiere: u64, noms: Noms<'_>) -> Vec<Fiche> {
    (0..combien.div_ceil(50_000))
        .into_par_iter()
        .flat_map_iter(|bloc| un_bloc(50_000.min(combien - bloc * 50_000), premiere + bloc as u64 * 50_000, noms))
        .collect()
}

fn un_bloc(combien: usize, premiere: u64, noms: Noms<'_>) -> Vec<Fiche> {
    let mut h = Hasard(premiere ^ 0x5EED_0000_0000);
    let mut graines: Vec<PersonSeed> = Vec::with_capacity(combien);
    let mut foyer = premiere as i64;
    while graines.len() < combien {
        foyer += 1;
        let age = 19 + h.sous(72);
        let mut ajouter = |h: &mut Hasard, role: Role, age: u64| {
            // Days since 1970 for somebody of that age in October 2026.
            let naissance = 20_730 - (age * 365 + age / 4 + h.sous(365)) as i32;
            let sexe = if h.sous(2) == 0 { Sexe::F } else { Sexe::H };
            graines.push(PersonSeed {
                person_id: premiere as i64 + graines.len() as i64,
                household_id: foyer,
                role,
                date_naissance: naissance,
                sexe,
            });
        };
        ajouter(&mut h, Role::Demandeur, age);
        if h.chance(0.5) {
            let sien = (age + h.sous(9)).saturating_sub(4).max(18);
            ajouter(&mut h, Role::Conjoint, sien);
        }
        if (22..52).contains(&age) {
            for _ in 0..h.sous(4) {
                let enfant = h.sous(age.saturating_sub(20).clamp(1, 18));
                ajouter(&mut h, Role::Enfant, enfant);
            }
        }
    }
    graines.truncate(combien);
    let mut gens = identites(&graines, premiere);
    nommer_autrement_les_freres(&graines, &mut gens);
    let mut sortie: Vec<Fiche> = Vec::with_capacity(combien);
    let (mut au_foyer, mut adresse, mut cp) = (i64::MIN, String::new(), String::new());
    let mut traduits: Vec<(String, String)> = Vec::new();
    for (rang, (graine, id)) in (premiere..).zip(graines.iter().zip(gens)) {
        if graine.household_id != au_foyer {
            au_foyer = graine.household_id;
            traduits.clear();
            // 120 postcodes, the first ones larger; 3 000 names of ways, found again from one place to another.
            cp = format!("99{:03}", h.sous(120).min(h.sous(120)));
            adresse = format!("{} rue {}", 1 + h.sous(140).min(h.sous(140)), voie(h.sous(3_000).min(h.sous(3_000))));
        }
        let mut traduire = |nom: &str| -> String {
            if matches!(noms, Noms::Listes) || nom.is_empty() {
                return nom.to_owned();
            }
            if let Some((_, deja)) = traduits.iter().find(|(avant, _)| avant == nom) {
                return deja.clone();
            }
            let apres = match noms {
                Noms::Febrl(marges) => Marges::tirer(&marges.noms, &mut h),
                _ if h.chance(0.16) => nom.to_owned(),
                _ => nom_compose(&mut h),
            };
            traduits.push((nom.to_owned(), apres.clone()));
            apres
        };
        let (nom, usage) = (traduire(&id.nom_naissance), traduire(&id.nom_usage));
        let prenoms = if let Noms::Febrl(marges) = noms { Marges::tirer(&marges.prenoms, &mut h) } else { id.prenoms };
        sortie.push(Fiche {
            nir: numero(&id.nir, rang),
            declare: false,
            nom,
            usage,
            prenoms,
            date: recours_synth::calendrier::iso(id.date_naissance),
            sexe: id.sexe,
            commune: id.commune_naissance,
            cp: cp.clone(),
            adresse: adresse.clone(),
        });
    }
    sortie
}

/// The inventor draws each given name alone, and so gives one to two children of a family: nobody does. The second takes
/// that of somebody further on.
fn nommer_autrement_les_freres(graines: &[PersonSeed], gens: &mut [Identite]) {
    fn premier(gens: &[Identite], i: usize) -> &str {
        gens[i].prenoms.split(' ').next().unwrap_or_default()
    }
    for i in 1..gens.len() {
        let famille = (0..i).rev().take_while(|k| graines[*k].household_id == graines[i].household_id).collect::<Vec<_>>();
        if famille.iter().all(|k| premier(gens, *k) != premier(gens, i)) {
            continue;
        }
        let autre =
            (i + 1..gens.len()).find(|j| gens[*j].sexe == gens[i].sexe && famille.iter().all(|k| premier(gens, *k) != premier(gens, *j)));
        if let Some(j) = autre {
            gens[i].prenoms = gens[j].prenoms.clone();
        }
    }
}

/// The number with place and order counted instead of drawn, so that no two of millions share one.
fn numero(nir: &str, rang: u64) -> String {
    let treize = format!("{}{:02}{:03}{:03}", &nir[..5], 60 + rang / 999_000, rang / 999 % 1_000, 1 + rang % 999);
    format!("{treize}{:02}", cle_de_controle(&treize).unwrap())
}

fn voie(rang: u64) -> String {
    let mut h = Hasard(rang ^ 0x0FF1CE);
    nom_compose(&mut h)
}

/// Gives a share of the people of `la` a twin in `ici`: same birth name, date and place of birth, of which one in four
/// in the same postcode and one in fifty at the same address. They are different people.
pub fn separer_des_jumeaux(ici: &mut [Fiche], la: &[Fiche], part: f64) {
    let mut h = Hasard(0x7715);
    for (a, b) in ici.iter_mut().zip(la) {
        if h.chance(part) {
            (a.nom, a.usage) = (b.nom.clone(), String::new());
            (a.date, a.commune) = (b.date.clone(), b.commune.clone());
            a.nir = numero_de(&a.nir, &a.date, a.sexe);
            if h.chance(0.25) {
                a.cp = b.cp.clone();
            }
            if h.chance(0.02) {
                (a.cp, a.adresse) = (b.cp.clone(), b.adresse.clone());
            }
        }
    }
}

/// Gives a share of the people of `la` a child in `ici` with their names, sex and address: the people whom only their
/// birth dates part.
pub fn loger_des_homonymes(ici: &mut [Fiche], la: &[Fiche], part: f64) {
    let mut h = Hasard(0xF115);
    for (a, b) in ici.iter_mut().zip(la) {
        if h.chance(part) && b.date.as_str() < "1995" {
            donner_le_nom(a, b, 24 + h.sous(12) as u32);
        }
    }
}

/// The same inside one body, which knows both.
pub fn loger_des_homonymes_ensemble(gens: &mut [Fiche], part: f64) {
    let mut h = Hasard(0xF116);
    for paire in gens.chunks_exact_mut(2) {
        if let [a, b] = paire
            && h.chance(2.0 * part)
            && b.date.as_str() < "1995"
        {
            donner_le_nom(a, b, 24 + h.sous(12) as u32);
        }
    }
}

fn donner_le_nom(enfant: &mut Fiche, parent: &Fiche, ecart: u32) {
    let annee: u32 = parent.date[..4].parse().unwrap();
    let date = format!("{}-{:02}-{:02}", annee + ecart, 1 + annee % 12, 2 + annee % 26);
    let nir = numero_de(&enfant.nir, &date, parent.sexe);
    *enfant = Fiche { date, nir, ..parent.clone() };
}

/// The same place and order, for another sex and date.
fn numero_de(nir: &str, date: &str, sexe: &str) -> String {
    if nir.is_empty() {
        return String::new();
    }
    let treize = format!("{}{}{}{}", if sexe == "F" { 2 } else { 1 }, &date[2..4], &date[5..7], &nir[5..13]);
    format!("{treize}{:02}", cle_de_controle(&treize).unwrap())
}
