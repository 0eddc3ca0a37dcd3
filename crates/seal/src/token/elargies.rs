//! Wider passes, run after p0 … p5 for what these leave: a number whose bearer changed name or whose date has a fault,
//! names in the wrong column or of the other marriage, one letter wrong in a name, an address instead of a date.
//!
//! A person has several tokens in each: any one that two bodies share is a link, if nothing contradicts it.
//! Letters are tolerated by *deletion neighbourhoods*: a name and the name without each of its letters. Two
//! names that differ by one letter (lost, added, changed) or by two swapped ones share such a token, and every
//! comparison is still an equality of keyed hashes. Only names are treated so: dates and codes are dense, and
//! one digit away from a birth date there is always somebody else's.
//!
//! The sex is part of every input, so that a brother and a sister never meet.

use super::etiquettes::Regle;
use crate::canon::{IdentiteCanonique, Nom};
use crate::keys::encoder;

/// A wider pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PasseElargie {
    /// Number + one name, by its sound: where p1 wants both names and p0 the date.
    P12,
    /// Birth or use name and given name, in whatever columns + full birth date.
    P6,
    /// Surname and given name, one letter wrong in one of them + full birth date.
    P7,
    /// Given name + full birth date + place of birth + postcode: a name changed entirely.
    P8,
    /// Names, one letter wrong in one of them + address, without date.
    P9,
    /// One initial + full birth date + address.
    P10,
    /// One name, one letter wrong + full birth date + postcode or way.
    P11,
}

/// Every wider pass, in the order in which the linkage unit runs them: p12, found last, has a number and goes first.
pub const ELARGIES: [PasseElargie; 7] =
    [PasseElargie::P12, PasseElargie::P6, PasseElargie::P7, PasseElargie::P8, PasseElargie::P9, PasseElargie::P10, PasseElargie::P11];

/// Letters of a name that may be wrong, from its start: what bounds the tokens of a record.
pub const LETTRES: usize = 16;

/// Names shorter than this are compared whole: without one of its three letters, LEE is half of the world.
const LETTRES_MIN: usize = 4;

/// From this age on (years of birth), a surname without given name may serve: younger, twins still live together.
const AGE_SANS_PRENOM: u16 = 25;

impl PasseElargie {
    /// Position in [`ELARGIES`].
    #[must_use]
    pub fn rang(self) -> usize {
        self as usize
    }

    /// Its name in files and in the key derivation.
    #[must_use]
    pub fn code(self) -> &'static str {
        ["p12", "p6", "p7", "p8", "p9", "p10", "p11"][self.rang()]
    }

    /// Strength of its links: the weakest.
    #[must_use]
    pub fn force(self) -> u8 {
        1
    }

    /// Whether its inputs lack the birth date, whose contradiction is then carried beside each token.
    #[must_use]
    pub fn regle(self) -> Regle {
        if self == Self::P9 { Regle::NAISSANCE } else { Regle::AUCUNE }
    }

    /// Bytes of one token with what goes beside it, in a delivery.
    #[must_use]
    pub fn taille(self) -> usize {
        if self == Self::P9 { 20 } else { 16 }
    }

    /// Most tokens of one person.
    #[must_use]
    pub fn plafond(self) -> usize {
        match self {
            Self::P12 => 3,
            Self::P6 => 2,
            Self::P7 => 2 * (LETTRES + 1),
            Self::P8 => 1,
            Self::P9 => 3 * 2 + 2 * (LETTRES + 1) * 2,
            Self::P10 => 9,
            Self::P11 => 2 * 2 * (LETTRES + 1),
        }
    }
}

/// Gives `voir` the canonical bytes of each token of a person in a pass: at most [`PasseElargie::plafond`], all
/// different. `annee` is that of the epoch; without it surnames alone do not serve (p10, p11).
///
/// With `enc` as everywhere (length, then bytes), *noms* the birth and the use name joined without particles,
/// *sexe* one digit (0 unknown), *adresse* each of (postcode, number), (way, number), (way, postcode):
///
/// | Pass | Inputs |
/// |---|---|
/// | p12 | sexe, number, phonetic given name — and phonetic birth and use names when the body says that the number is the person's own |
/// | p6 | sexe, the sorted pair of one of the noms and the first given name joined, date, postcode when the date may be fictive |
/// | p7 | sexe, `N`, surname or surname less a letter, first word of the given name, date — and `P`, surname, given name less a letter, date |
/// | p8 | sexe, first word of the given name, date, place of birth, postcode |
/// | p9 | sexe, the sorted pair of one of the noms and the first given name joined, adresse — and surname, or given name, less a letter, with (postcode, number) and (way, postcode) |
/// | p10 | sexe, initial of the given name or of one of the noms, date, adresse |
/// | p11 | sexe, surname or given name, whole or less a letter, date, postcode — or way |
///
/// p12 needs a number that is not visibly another person's. A spouse under the insured's number has the same surname, hence
/// the given name alone unless the body knows whose number it is. p8 and p11 need a date that is surely no filler; p10 an
/// address strong enough to do without.
pub fn octets(passe: PasseElargie, p: &IdentiteCanonique, annee: Option<u16>, voir: &mut dyn FnMut(&[u8])) {
    if p.decede {
        return;
    }
    let mut jetons = Jetons { sexe: [p.sexe.map_or(b'0', |s| b'0' + s)], vus: Vec::new() };
    let _ = ecrire(passe, p, annee, &mut jetons);
    for octets in &jetons.vus {
        voir(octets);
    }
}

struct Jetons {
    sexe: [u8; 1],
    vus: Vec<zeroize::Zeroizing<Vec<u8>>>,
}

impl Jetons {
    /// Adds one token's inputs, unless one is empty or the same inputs are there.
    fn ajouter(&mut self, champs: &[&str]) {
        let mut octets = zeroize::Zeroizing::new(Vec::with_capacity(96));
        let complet = encoder(&mut octets, &self.sexe) && champs.iter().all(|c| !c.is_empty() && encoder(&mut octets, c.as_bytes()));
        if complet && !self.vus.contains(&octets) {
            self.vus.push(octets);
        }
    }
}

fn ecrire(passe: PasseElargie, p: &IdentiteCanonique, annee: Option<u16>, jetons: &mut Jetons) -> Option<()> {
    let date = p.date_naissance.and_then(crate::canon::DateNaissance::complete);
    let date_sure = || date.as_deref().filter(|_| p.date_naissance.is_some_and(|d| !d.peut_etre_fictive()));
    let cp = p.code_postal.as_deref();
    let prenom = p.prenoms.as_ref();
    let seul = adulte(p, annee);
    match passe {
        PasseElargie::P12 => {
            let nir = std::str::from_utf8(p.nir.as_ref().filter(|_| !p.nir_d_autrui)?.treize()).ok()?;
            if let Some(prenom) = prenom {
                jetons.ajouter(&[nir, &super::passes::son_du_prenom(prenom)]);
            }
            if p.nir_declare_propre {
                for nom in p.nom_naissance.iter().chain(&p.nom_usage) {
                    jetons.ajouter(&[nir, &super::passes::son_du_nom(nom)]);
                }
            }
        }
        PasseElargie::P6 => {
            let (prenom, date) = (prenom?.premier_joint(), date.as_deref()?);
            let fictive = p.date_naissance.is_some_and(|d| d.peut_etre_fictive());
            for nom in noms(p) {
                let (a, b) = if nom <= prenom { (&nom, &prenom) } else { (&prenom, &nom) };
                match (fictive, cp) {
                    (false, _) => jetons.ajouter(&[a, b, date]),
                    (true, Some(cp)) => jetons.ajouter(&[a, b, date, cp]),
                    (true, None) => {}
                }
            }
        }
        PasseElargie::P7 => {
            let (prenom, date, nom) = (prenom?.premier_composant(), date_sure()?, p.nom()?.joint_sans_particule());
            for variante in voisins(&nom) {
                jetons.ajouter(&["N", &variante, prenom, date]);
            }
            for variante in voisins(prenom) {
                jetons.ajouter(&["P", &nom, &variante, date]);
            }
        }
        PasseElargie::P8 => jetons.ajouter(&[prenom?.premier_composant(), date_sure()?, p.commune_naissance.as_deref()?, cp?]),
        PasseElargie::P9 => {
            let prenom = prenom?.premier_joint();
            for nom in noms(p) {
                let (un, deux) = if nom <= prenom { (&nom, &prenom) } else { (&prenom, &nom) };
                for (a, b) in adresses(p) {
                    jetons.ajouter(&["=", un, deux, a, b]);
                }
            }
            let nom = p.nom()?.joint_sans_particule();
            for (a, b) in adresses(p).into_iter().filter(|(a, b)| Some(*a) == cp || Some(*b) == cp) {
                for variante in voisins(&nom) {
                    jetons.ajouter(&["N", &variante, &prenom, a, b]);
                }
                for variante in voisins(&prenom) {
                    jetons.ajouter(&["P", &nom, &variante, a, b]);
                }
            }
        }
        PasseElargie::P10 => {
            let date = date.as_deref()?;
            let mut initiales: Vec<String> = noms(p).into_iter().filter(|_| seul).collect();
            initiales.extend(prenom.map(|x| x.premier_composant().to_owned()));
            for initiale in initiales.iter().filter_map(|n| n.get(..1)) {
                for (a, b) in adresses(p) {
                    jetons.ajouter(&[initiale, date, a, b]);
                }
            }
        }
        PasseElargie::P11 => {
            let date = date_sure()?;
            let mut formes = prenom.map(|x| voisins(x.premier_composant())).unwrap_or_default();
            formes.extend(p.nom().filter(|_| seul).map(|n| voisins(&n.joint_sans_particule())).unwrap_or_default());
            // Without an address this would be p4 and p5 over again, far too wide for a whole territory.
            let voie = p.adresse.as_ref()?.voie()?;
            for forme in &formes {
                jetons.ajouter(&["V", forme, date, voie]);
                if let Some(cp) = cp {
                    jetons.ajouter(&["C", forme, date, cp]);
                }
            }
        }
    }
    Some(())
}

/// Birth and use names, joined without particles.
fn noms(p: &IdentiteCanonique) -> Vec<String> {
    p.nom_naissance.iter().chain(&p.nom_usage).map(Nom::joint_sans_particule).collect()
}

/// A name, then the name without each of its first [`LETTRES`] letters.
fn voisins(nom: &str) -> Vec<String> {
    let mut formes = vec![nom.to_owned()];
    if nom.len() >= LETTRES_MIN && nom.is_ascii() {
        formes.extend((0..nom.len().min(LETTRES)).map(|i| [&nom[..i], &nom[i + 1..]].concat()));
    }
    formes
}

/// (postcode, number), (way, number), (way, postcode): those whose two parts are known.
fn adresses(p: &IdentiteCanonique) -> Vec<(&str, &str)> {
    let (cp, numero, voie) =
        (p.code_postal.as_deref(), p.adresse.as_ref().and_then(|a| a.numero()), p.adresse.as_ref().and_then(|a| a.voie()));
    [(cp, numero), (voie, numero), (voie, cp)].into_iter().filter_map(|(a, b)| Some((a?, b?))).collect()
}

fn adulte(p: &IdentiteCanonique, annee: Option<u16>) -> bool {
    matches!((p.date_naissance, annee), (Some(d), Some(a)) if d.annee().saturating_add(AGE_SANS_PRENOM) <= a)
}
