//! National numbers: valid in shape (sex, year, month, place, order, key), impossible in fact.
//!
//! Invented range, declared: births in mainland France take commune numbers 910 to 989 and births
//! overseas 90 to 98, which no commune has; births abroad take the country's code plus 400 (510 to
//! 899), which no country has. So no invented number is anybody's, while every check of shape passes.

use super::Identite;
use crate::calendrier::civil;
use crate::faits::{Personne, Sexe};
use crate::hasard::Hasard;
use crate::territoire::Territoire;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// Order numbers that replace a drawn one already taken, by person.
pub(crate) type Ordres = HashMap<u32, u16>;

/// Place of birth in the invented ranges: five characters, as in the official code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lieu(pub(crate) [u8; 5]);

impl Lieu {
    /// Text of five characters.
    pub(crate) fn texte(&self) -> String {
        self.0.iter().map(|&b| b as char).collect()
    }
}

/// Draws a place of birth.
pub(crate) fn lieu(h: &mut Hasard, ne_hors_de_france: Option<u8>) -> Lieu {
    let texte = if let Some(p) = ne_hors_de_france {
        format!("99{:03}", super::pays::le_pays(p).cog + 400)
    } else {
        match h.poids(&[0.955, 0.035, 0.010]) {
            0 => {
                // Half are born in the three départements that stand for « around here ».
                let d = if h.chance(0.55) { [48, 15, 23][h.poids(&[0.6, 0.25, 0.15])] } else { metropole(h) };
                format!("{d:02}{:03}", h.entre(910, 989))
            }
            1 => format!("97{}{:02}", h.entre(1, 4), h.entre(90, 98)),
            _ => format!("2{}{:03}", if h.chance(0.5) { 'A' } else { 'B' }, h.entre(910, 989)),
        }
    };
    let mut b = [b'0'; 5];
    for (x, y) in b.iter_mut().zip(texte.bytes()) {
        *x = y;
    }
    Lieu(b)
}

/// A mainland département other than Corsica's old number.
fn metropole(h: &mut Hasard) -> i32 {
    let d = h.entre(1, 94);
    if d >= 20 { d + 1 } else { d }
}

/// What the thirteen characters are made of.
#[derive(Clone, Debug)]
pub(crate) struct Numero {
    pub(crate) sexe: char,
    pub(crate) annee: u32,
    pub(crate) mois: u32,
    pub(crate) lieu: Lieu,
    pub(crate) ordre: u16,
}

impl Numero {
    /// The fifteen characters with the key.
    pub(crate) fn texte(&self) -> String {
        let treize = format!("{}{:02}{:02}{}{:03}", self.sexe, self.annee % 100, self.mois, self.lieu.texte(), self.ordre);
        let cle = cle(&treize);
        format!("{treize}{cle:02}")
    }
}

/// Key of thirteen characters: 97 minus the remainder by 97, with 2A as 19 and 2B as 18.
pub(crate) fn cle(treize: &str) -> u64 {
    let chiffres = treize.replacen("2A", "19", 1).replacen("2B", "18", 1);
    97 - chiffres.parse::<u64>().unwrap_or(0) % 97
}

/// Draws the number of a person born at a place. Same draws whatever the order that is kept in the end.
pub(crate) fn numero(h: &mut Hasard, p: &Personne) -> Numero {
    let (annee, mois, _) = civil(p.naissance);
    let lieu = lieu(h, p.ne_hors_de_france);
    let ordre = h.entre(1, 480) as u16;
    // A registered year without month takes a month number over 20 in half of cases.
    let fictif = h.chance(0.5);
    Numero {
        sexe: if p.sexe == Sexe::H { '1' } else { '2' },
        annee: annee.unsigned_abs(),
        mois: if p.naissance_imprecise && fictif { 20 } else { mois },
        lieu,
        ordre,
    }
}

/// Key of uniqueness of a number: everything but the order, then the order.
fn empreinte(n: &Numero) -> (u64, u16) {
    let mut k = u64::from(n.annee % 100) * 100 + u64::from(n.mois);
    k = k * 10 + if n.sexe == '1' { 1 } else { 2 };
    for b in n.lieu.0 {
        k = k * 40 + u64::from(b.to_ascii_uppercase() % 40);
    }
    (k, n.ordre)
}

/// Finds the persons whose drawn number is already somebody's and gives them the next free order.
pub(crate) fn ordres_uniques(t: &Territoire) -> Ordres {
    let tires: Vec<Vec<(u64, u16)>> = (0..t.nombre_foyers())
        .into_par_iter()
        .map(|i| super::numeros_du_foyer(t.parametres().graine, &t.foyer(i)).iter().map(empreinte).collect())
        .collect();
    resoudre(tires.into_iter().flatten())
}

/// Same for a list of identities made outside a territory.
pub(crate) fn ordres_uniques_de(numeros: &[Numero]) -> Ordres {
    resoudre(numeros.iter().map(empreinte))
}

fn resoudre(tires: impl Iterator<Item = (u64, u16)>) -> Ordres {
    let mut pris: HashSet<(u64, u16)> = HashSet::new();
    let mut ordres = Ordres::new();
    for (personne, (k, ordre)) in tires.enumerate() {
        let mut o = ordre;
        while !pris.insert((k, o)) {
            o = o % 999 + 1;
        }
        if o != ordre {
            ordres.insert(personne as u32, o);
        }
    }
    ordres
}

/// Turns a number into a provisional one (sex digit 7 or 8), as given before the civil status is checked.
pub(crate) fn provisoire(identite: &Identite) -> String {
    let mut treize: String = identite.nir.chars().take(13).collect();
    let premier = if treize.starts_with('1') { "7" } else { "8" };
    treize.replace_range(0..1, premier);
    let cle = cle(&treize);
    format!("{treize}{cle:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cles_connues() {
        // Worked by hand: 97 - (N mod 97).
        assert_eq!(cle("2550899350123"), 97 - 2_550_899_350_123 % 97);
        assert_eq!(cle("155082A912001"), 97 - 1_550_819_912_001 % 97);
        assert_eq!(cle("155082B912001"), 97 - 1_550_818_912_001 % 97);
    }

    #[test]
    fn un_numero_deja_pris_cede_sa_place_au_suivant_libre() {
        let tires = [(1, 5), (1, 5), (1, 6), (2, 5), (1, 999), (1, 999), (1, 5)];
        let ordres = resoudre(tires.into_iter());
        let gardes: Vec<(u64, u16)> =
            tires.iter().enumerate().map(|(i, &(k, o))| (k, ordres.get(&(i as u32)).copied().unwrap_or(o))).collect();
        assert_eq!(gardes, [(1, 5), (1, 6), (1, 7), (2, 5), (1, 999), (1, 1), (1, 8)]);
    }

    #[test]
    fn un_numero_de_corse_a_quinze_caracteres_et_sa_cle() {
        let n = Numero { sexe: '2', annee: 1999, mois: 4, lieu: Lieu(*b"2A915"), ordre: 7 };
        assert_eq!(&n.texte()[..13], "299042A915007");
        assert_eq!(n.texte()[13..].parse::<u64>(), Ok(cle("299042A915007")));
    }
}
