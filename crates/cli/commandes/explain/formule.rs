//! How the numbers of a computation combine: its formula with their values, `= 1 937,15 - 192,02 - 1 120,68`.

use recours_engine::reference::group_mask;
use recours_engine::value::May;
use recours_rules::date::{self, Month};
use recours_rules::number::Rounding;
use recours_rules::parameters::Value;
use recours_rules::truth::Truth;
use recours_rules::typed::{Fold, Node, Typed, Window};

use super::derivation::Explication;
use super::ecriture;

/// A formula longer than this is not read.
const LONGUEUR: usize = 120;

/// The formula of a computation with its values; none when it is one value only, rests on something unknown, or is too
/// long to be read.
pub(super) fn formule(e: &Explication<'_>, t: &Typed, qui: Option<usize>, mois: Option<Month>) -> Option<String> {
    let f = Ecriture { e, qui, mois }.ecrire(t)?;
    (f.force != Force::Valeur && f.texte.chars().count() <= LONGUEUR).then_some(f.texte)
}

/// How strongly the outermost operation of a text binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Force {
    Somme,
    Produit,
    /// A call: it stands by itself.
    Appel,
    /// One number.
    Valeur,
}

struct Ecrit {
    texte: String,
    force: Force,
    nul: bool,
}

impl Ecrit {
    /// In brackets where it binds less than asked.
    fn dans(self, force: Force) -> String {
        if self.force < force { format!("({})", self.texte) } else { self.texte }
    }
}

struct Ecriture<'a> {
    e: &'a Explication<'a>,
    qui: Option<usize>,
    mois: Option<Month>,
}

impl Ecriture<'_> {
    fn valeur(&self, t: &Typed) -> Option<Ecrit> {
        let May::Num(i) = self.e.reference.value(t, self.qui, self.mois).may else { return None };
        let au_moins = if matches!(t.ty, recours_rules::types::Type::Num(u) if u.is_money()) { 2 } else { 0 };
        i.is_point().then(|| Ecrit { texte: ecriture::decimal(i.lo, au_moins, 6), force: Force::Valeur, nul: i.lo == 0 })
    }

    fn ecrire(&self, t: &Typed) -> Option<Ecrit> {
        // A part that is not settled is not shown in figures.
        let entier = self.valeur(t)?;
        let entier_nul = entier.nul;
        let ecrit = match &t.node {
            Node::Add(a, b) => self.somme(self.ecrire(a)?, "+", self.ecrire(b)?),
            Node::Sub(a, b) => self.somme(self.ecrire(a)?, "-", self.ecrire(b)?),
            Node::Mul(a, b) => self.produit(self.ecrire(a)?, "×", self.ecrire(b)?),
            Node::Div(a, b) => self.produit(self.ecrire(a)?, "÷", self.ecrire(b)?),
            Node::Min(a, b) => appel("le plus petit de", &[self.ecrire(a)?, self.ecrire(b)?]),
            // What would be below zero is zero: said only where it is so.
            Node::Max(a, b) if [a, b].iter().any(|x| matches!(x.node, Node::Num(0))) => {
                match self.ecrire(if matches!(a.node, Node::Num(0)) { b } else { a })? {
                    a if entier.nul && !a.nul => appel("zéro, et non", &[a]),
                    a => a,
                }
            }
            Node::Max(a, b) => appel("le plus grand de", &[self.ecrire(a)?, self.ecrire(b)?]),
            Node::Round(a, pas, sens) => {
                let a = self.ecrire(a)?;
                if a.texte == entier.texte {
                    return Some(entier);
                }
                let comment = match sens {
                    Rounding::Nearest => "au plus proche",
                    Rounding::Down => "par défaut",
                    Rounding::Up => "par excès",
                };
                appel(&format!("arrondi {comment} à {} de", ecriture::decimal(*pas, 0, 8)), &[a])
            }
            Node::If(c, a, b) => {
                let May::Truth(vrai) = self.e.reference.value(c, self.qui, self.mois).may else { return None };
                return self.ecrire(match vrai {
                    Truth::True => a,
                    Truth::False => b,
                    Truth::Unknown => return Some(entier),
                });
            }
            Node::Persons(Fold::Sum, groupe, corps, _) => {
                let masque = group_mask(self.e.pack, *groupe);
                let dedans = |p: &usize| matches!(self.e.fait_donne(self.e.pack.role, None, Some(*p)), May::Code(c) if c & masque != 0);
                let chacun = (0..self.e.foyer.persons.len()).filter(dedans);
                let termes: Option<Vec<Ecrit>> =
                    chacun.map(|p| Ecriture { e: self.e, qui: Some(p), mois: self.mois }.ecrire(corps)).collect();
                termes?.into_iter().reduce(|a, b| self.somme(a, "+", b)).unwrap_or(entier)
            }
            Node::Months(Fold::Sum, w, corps) => self.mois(*w, corps)?,
            Node::Mean(w, corps) => {
                let n = self.fenetre(*w).len();
                let sur = Ecrit { texte: format!("{n} mois"), force: Force::Valeur, nul: false };
                self.produit(self.mois(*w, corps)?, "÷", sur)
            }
            _ => entier,
        };
        Some(Ecrit { nul: entier_nul, ..ecrit })
    }

    /// What is nothing is not written in a sum.
    fn somme(&self, a: Ecrit, signe: &str, b: Ecrit) -> Ecrit {
        if b.nul {
            return a;
        }
        if a.nul && signe == "+" {
            return b;
        }
        let droite = if signe == "-" { Force::Produit } else { Force::Somme };
        Ecrit { texte: format!("{} {signe} {}", a.dans(Force::Somme), b.dans(droite)), force: Force::Somme, nul: false }
    }

    /// By one changes nothing.
    fn produit(&self, a: Ecrit, signe: &str, b: Ecrit) -> Ecrit {
        let un = |x: &Ecrit| x.force == Force::Valeur && x.texte == "1";
        if un(&b) {
            return a;
        }
        if un(&a) && signe == "×" {
            return b;
        }
        let nul = a.nul || (b.nul && signe == "×");
        Ecrit { texte: format!("{} {signe} {}", a.dans(Force::Produit), b.dans(Force::Appel)), force: Force::Produit, nul }
    }

    fn fenetre(&self, w: Window) -> Vec<Month> {
        let (de, a) = match w {
            Window::Fixed(a, b) => (a, b),
            Window::Parameter(p) => match self.e.pack.parameters.all.get(p).and_then(|p| p.on(date::first_day(self.e.m))) {
                Some(Value::Window(a, b)) => (*a, *b),
                _ => (0, -1),
            },
        };
        (de..=a).map(|k| self.e.m + k).collect()
    }

    /// Months of the same value are counted, not repeated.
    fn mois(&self, w: Window, corps: &Typed) -> Option<Ecrit> {
        let valeurs: Option<Vec<Ecrit>> =
            self.fenetre(w).into_iter().map(|m| Ecriture { e: self.e, qui: self.qui, mois: Some(m) }.valeur(corps)).collect();
        let valeurs = valeurs?;
        let zero = || Ecrit { texte: ecriture::decimal(0, 0, 2), force: Force::Valeur, nul: true };
        let mut termes: Vec<(String, usize)> = Vec::new();
        for v in valeurs.into_iter().filter(|v| !v.nul) {
            match termes.iter_mut().find(|t| t.0 == v.texte) {
                Some(t) => t.1 += 1,
                None => termes.push((v.texte, 1)),
            }
        }
        let ecrire = |(texte, n): (String, usize)| {
            if n == 1 {
                Ecrit { texte, force: Force::Valeur, nul: false }
            } else {
                Ecrit { texte: format!("{n} × {texte}"), force: Force::Produit, nul: false }
            }
        };
        Some(termes.into_iter().map(ecrire).reduce(|a, b| self.somme(a, "+", b)).unwrap_or_else(zero))
    }
}

/// `le plus petit de (a ; b)`.
fn appel(nom: &str, de: &[Ecrit]) -> Ecrit {
    let textes: Vec<&str> = de.iter().map(|x| x.texte.as_str()).collect();
    Ecrit { texte: format!("{nom} ({})", textes.join(" ; ")), force: Force::Appel, nul: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(texte: &str, force: Force) -> Ecrit {
        Ecrit { texte: texte.into(), force, nul: texte == "0" }
    }

    #[test]
    fn les_parentheses_gardent_le_sens() {
        assert_eq!(v("a + b", Force::Somme).dans(Force::Produit), "(a + b)");
        assert_eq!(v("a × b", Force::Produit).dans(Force::Produit), "a × b");
        assert_eq!(appel("le plus petit de", &[v("a", Force::Valeur), v("b + c", Force::Somme)]).texte, "le plus petit de (a ; b + c)");
    }
}
