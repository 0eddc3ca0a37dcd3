//! An exact French reading of a formula: every node of the checked expression has its words, so that two formulas that differ read
//! differently, and nothing of what the program computes is left to be guessed.
//!
//! Names stand between « » and link to where they are defined. A conjunction, a choice or a long sum at the top is a list; inside a
//! sentence, brackets say what goes together.

use recours_rules::number::{Decimal, INF, NEG_INF, Rounding};
use recours_rules::pack::Pack;
use recours_rules::parser::{Cmp, Period};
use recours_rules::typed::{Fold, Group, Node, Typed, Window};
use recours_rules::types::{Type, Unit};

use super::ancre;
use crate::commandes::explain::ecriture;
use crate::modeles::echapper;

/// How strongly the outermost operation of a reading binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Force {
    Choix,
    Ou,
    Et,
    Comparaison,
    Somme,
    Produit,
    Atome,
}

struct Lu {
    html: String,
    force: Force,
}

impl Lu {
    fn dans(self, force: Force) -> String {
        if self.force < force { format!("({})", self.html) } else { self.html }
    }
}

fn atome(html: impl Into<String>) -> Lu {
    Lu { html: html.into(), force: Force::Atome }
}

fn de(force: Force, html: String) -> Lu {
    Lu { html, force }
}

/// The reading of an expression, as HTML: a sentence, or a list of them.
pub(super) fn lire(pack: &Pack, t: &Typed) -> String {
    match &t.node {
        Node::And(..) => liste("Toutes ces conditions :", &aplatir(t, true).iter().map(|x| lire(pack, x)).collect::<Vec<_>>()),
        Node::Or(..) => liste("Au moins une de ces conditions :", &aplatir(t, false).iter().map(|x| lire(pack, x)).collect::<Vec<_>>()),
        Node::If(..) => {
            let (mut lignes, mut reste, mut premier) = (Vec::new(), t, true);
            while let Node::If(c, a, b) = &reste.node {
                let si = if premier { "si" } else { "sinon, si" };
                lignes.push(format!("{si} {}, alors {}", phrase(pack, c).dans(Force::Ou), lire(pack, a)));
                (reste, premier) = (b, false);
            }
            lignes.push(format!("sinon {}", lire(pack, reste)));
            liste("", &lignes)
        }
        _ => phrase(pack, t).html,
    }
}

fn liste(avant: &str, lignes: &[String]) -> String {
    let lignes: String = lignes.iter().map(|l| format!("<li>{l}</li>")).collect();
    format!("{avant}<ul>{lignes}</ul>")
}

/// What stands between the `et` (or the `ou`) of a chain.
fn aplatir(t: &Typed, et: bool) -> Vec<&Typed> {
    match &t.node {
        Node::And(a, b) if et => [aplatir(a, et), aplatir(b, et)].concat(),
        Node::Or(a, b) if !et => [aplatir(a, et), aplatir(b, et)].concat(),
        _ => vec![t],
    }
}

fn nombre(x: Decimal, ty: Type) -> String {
    match ty {
        Type::Num(u) => avec_unite(x, u),
        _ => ecriture::decimal(x, 0, 8),
    }
}

/// `M`, `M-3`, `m`, `janvier de l'année N-2`.
fn mois(p: Period) -> String {
    let decale = |nom: &str, n: i32| if n == 0 { nom.to_owned() } else { format!("{nom}{n:+}").replace('-', "\u{2212}") };
    match p {
        Period::Valued(n) => format!("mois {}", decale("M", n)),
        Period::Current(n) => format!("mois {}", decale("m", n)),
        Period::Calendar { month, years } => {
            format!("mois de {} de l'année {}", crate::modeles::nom_du_mois(month - 1), decale("N", years))
        }
    }
}

fn fenetre(pack: &Pack, w: Window) -> String {
    match w {
        Window::Fixed(a, b) => format!(
            "les mois {} à {}",
            mois(Period::Valued(a)).trim_start_matches("mois "),
            mois(Period::Valued(b)).trim_start_matches("mois ")
        ),
        Window::Parameter(p) => format!("les mois de {}", parametre(pack, p)),
    }
}

fn parametre(pack: &Pack, p: usize) -> String {
    pack.parameters.all.get(p).map_or_else(String::new, |p| lien(&ancre::parametre(&p.name), &p.label))
}

/// A name, and where it is told.
pub(super) fn lien(ancre: &str, dit: &str) -> String {
    format!("<a href=\"#{}\">« {} »</a>", echapper(ancre), echapper(dit))
}

fn groupe(g: Group, un: bool) -> &'static str {
    match (g, un) {
        (Group::Members, true) => "personne du foyer",
        (Group::Members, false) => "personnes du foyer",
        (Group::Adults, true) => "adulte du foyer",
        (Group::Adults, false) => "adultes du foyer",
        (Group::Children, true) => "enfant du foyer",
        (Group::Children, false) => "enfants du foyer",
        (Group::Applicant, true) => "demandeur",
        (Group::Applicant, false) => "demandeurs",
        (Group::Partner, true) => "conjoint",
        (Group::Partner, false) => "conjoints",
    }
}

/// `d'enfants du foyer`.
fn nombre_de(g: Group) -> String {
    let dit = groupe(g, false);
    if dit.starts_with(['a', 'e']) { format!("d'{dit}") } else { format!("de {dit}") }
}

fn comparaison(signe: Cmp, date: bool) -> &'static str {
    match (signe, date) {
        (Cmp::Eq, false) => "est égal à",
        (Cmp::Ne, false) => "est différent de",
        (Cmp::Lt, false) => "est inférieur à",
        (Cmp::Le, false) => "ne dépasse pas",
        (Cmp::Gt, false) => "dépasse",
        (Cmp::Ge, false) => "atteint ou dépasse",
        (Cmp::Eq, true) => "est le même jour que",
        (Cmp::Ne, true) => "n'est pas le même jour que",
        (Cmp::Lt, true) => "est avant",
        (Cmp::Le, true) => "est avant, ou le même jour que,",
        (Cmp::Gt, true) => "est après",
        (Cmp::Ge, true) => "est après, ou le même jour que,",
    }
}

fn codes(pack: &Pack, a: &Typed, ensemble: u64) -> String {
    let noms = if let Type::Code(l) = a.ty { pack.vocabulary.lists.get(l).map(|l| l.codes.as_slice()) } else { None }.unwrap_or_default();
    let dedans = |vrai: bool| -> Vec<String> {
        let choisis = noms.iter().enumerate().filter(|(i, _)| (ensemble & (1 << i) != 0) == vrai);
        choisis.map(|(_, c)| format!("« {} »", echapper(&c.replace('_', " ")))).collect()
    };
    let (oui, non) = (dedans(true), dedans(false));
    if non.len() < oui.len() { format!("n'est pas {}", non.join(", ni ")) } else { format!("est {}", oui.join(" ou ")) }
}

/// The calls of the language that take one or two values.
fn appel(pack: &Pack, t: &Typed) -> Option<String> {
    let p = |x: &Typed| phrase(pack, x).dans(Force::Produit);
    let libre = |x: &Typed| phrase(pack, x).html;
    let date = matches!(t.ty, Type::Date { .. });
    Some(match &t.node {
        Node::Min(a, b) if date => format!("la première des dates ({} ; {})", libre(a), libre(b)),
        Node::Max(a, b) if date => format!("la dernière des dates ({} ; {})", libre(a), libre(b)),
        Node::Min(a, b) => format!("le plus petit de ({} ; {})", libre(a), libre(b)),
        Node::Max(a, b) if matches!(a.node, Node::Num(0)) => format!("({}, ou zéro si c'est négatif)", libre(b)),
        Node::Max(a, b) => format!("le plus grand de ({} ; {})", libre(a), libre(b)),
        Node::Round(a, pas, sens) => {
            let comment = match sens {
                Rounding::Nearest => "au plus proche",
                Rounding::Down => "par défaut",
                Rounding::Up => "par excès",
            };
            format!("l'arrondi {comment}, à {} près, de ({})", ecriture::decimal(*pas, 0, 8), libre(a))
        }
        Node::AgeYears(a, b) => format!("le nombre d'années révolues entre {} et {}", p(a), p(b)),
        Node::AgeMonths(a, b) => format!("le nombre de mois révolus entre {} et {}", p(a), p(b)),
        Node::DaysBetween(a, b) => format!("le nombre de jours entre {} et {}", p(a), p(b)),
        Node::AddMonths(a, n) | Node::AddDays(a, n) | Node::AddWorkdays(a, n) => {
            let quoi = match &t.node {
                Node::AddMonths(..) => "mois",
                Node::AddDays(..) => "jours",
                _ => "jours ouvrés",
            };
            match &n.node {
                Node::Neg(n) => format!("({} moins {})", p(a), compte(pack, n, quoi)),
                _ => format!("({} plus {})", p(a), compte(pack, n, quoi)),
            }
        }
        Node::MonthStart(a) => format!("le premier jour du mois de {}", p(a)),
        Node::MonthEnd(a) => format!("le dernier jour du mois de {}", p(a)),
        _ => return None,
    })
}

/// `3 mois`, `« Délai de réponse » en jours`.
fn compte(pack: &Pack, n: &Typed, quoi: &str) -> String {
    match n.node {
        Node::Num(x) => format!("{} {quoi}", ecriture::decimal(x, 0, 8)),
        _ => format!("{} en {quoi}", phrase(pack, n).dans(Force::Produit)),
    }
}

fn phrase(pack: &Pack, t: &Typed) -> Lu {
    let p = |x: &Typed, f: Force| phrase(pack, x).dans(f);
    if let Some(dit) = appel(pack, t) {
        return atome(dit);
    }
    match &t.node {
        Node::Num(x) if *x == INF || *x == NEG_INF => atome("sans limite"),
        Node::Num(x) => atome(nombre(*x, t.ty)),
        Node::Bool(b) => atome(if *b { "toujours vrai" } else { "toujours faux" }),
        Node::Date(d) => atome(format!("le {}", ecriture::date_longue(*d))),
        Node::Param(i, periode) => atome(au_mois(parametre(pack, *i), *periode)),
        Node::Lookup(i, periode, indice) => {
            atome(format!("{} pour ({})", au_mois(parametre(pack, *i), *periode), phrase(pack, indice).html))
        }
        Node::Input(i, periode) => {
            let nom = pack.vocabulary.variables.get(*i).map_or_else(String::new, |v| lien(&ancre::fait(&v.name), &v.label));
            atome(periode.map_or_else(|| nom.clone(), |m| format!("{nom} du {}", mois(m))))
        }
        Node::Calc(i, periode) => {
            let nom =
                pack.calcs.get(*i).map_or_else(String::new, |c| lien(&ancre::calcul(&c.name), &nom_de_calcul(pack, &c.name, &c.label)));
            atome(periode.map_or_else(|| nom.clone(), |m| format!("{nom} du {}", mois(m))))
        }
        Node::Not(a) => match &a.node {
            Node::Input(..) | Node::Calc(..) => de(Force::Comparaison, format!("{} est faux", p(a, Force::Atome))),
            _ => de(Force::Comparaison, format!("il est faux que ({})", phrase(pack, a).html)),
        },
        Node::And(..) => de(Force::Et, aplatir(t, true).into_iter().map(|x| p(x, Force::Comparaison)).collect::<Vec<_>>().join(" et ")),
        Node::Or(..) => de(Force::Ou, aplatir(t, false).into_iter().map(|x| p(x, Force::Comparaison)).collect::<Vec<_>>().join(" ou ")),
        Node::Add(a, b) => de(Force::Somme, format!("{} + {}", p(a, Force::Somme), p(b, Force::Produit))),
        Node::Sub(a, b) => de(Force::Somme, format!("{} − {}", p(a, Force::Somme), p(b, Force::Produit))),
        Node::Mul(a, b) => de(Force::Produit, format!("{} × {}", p(a, Force::Produit), p(b, Force::Atome))),
        Node::Div(a, b) => de(Force::Produit, format!("{} ÷ {}", p(a, Force::Produit), p(b, Force::Atome))),
        Node::Neg(a) => de(Force::Somme, format!("l'opposé de ({})", phrase(pack, a).html)),
        Node::Compare(signe, a, b) => {
            let date = matches!(a.ty, Type::Date { .. }) || matches!(b.ty, Type::Date { .. });
            de(Force::Comparaison, format!("{} {} {}", p(a, Force::Somme), comparaison(*signe, date), p(b, Force::Somme)))
        }
        Node::CodeIn(a, ensemble) => de(Force::Comparaison, format!("{} {}", p(a, Force::Atome), codes(pack, a, *ensemble))),
        Node::Code(i) => {
            let noms = if let Type::Code(l) = t.ty { pack.vocabulary.lists.get(l).and_then(|l| l.codes.get(*i)) } else { None };
            atome(format!("« {} »", echapper(&noms.map_or_else(String::new, |c| c.replace('_', " ")))))
        }
        Node::If(c, a, b) => {
            de(Force::Choix, format!("si {}, alors {}, sinon {}", p(c, Force::Comparaison), p(a, Force::Ou), phrase(pack, b).html))
        }
        Node::FirstDay(m) => atome(format!("le premier jour du {}", mois(*m))),
        Node::LastDay(m) => atome(format!("le dernier jour du {}", mois(*m))),
        Node::Today => atome("le jour de l'évaluation"),
        Node::IsAbsent(a) => de(Force::Comparaison, format!("{} : il n'y en a pas", p(a, Force::Atome))),
        Node::Known(a) => de(Force::Comparaison, format!("{} est connu", p(a, Force::Atome))),
        Node::Persons(fold, g, corps, vide) => personnes(pack, *fold, *g, corps, vide.as_deref()),
        Node::Months(fold, w, corps) => plusieurs_mois(pack, *fold, *w, corps),
        Node::Mean(w, corps) => atome(format!("la moyenne, sur {}, de ({})", fenetre(pack, *w), phrase(pack, corps).html)),
        _ => atome(String::new()),
    }
}

fn au_mois(nom: String, periode: Period) -> String {
    if periode == Period::Valued(0) { nom } else { format!("{nom} au {}", mois(periode)) }
}

/// `Aide au logement : montant à verser` for the amount of another right.
pub(super) fn nom_de_calcul(pack: &Pack, nom: &str, dit: &str) -> String {
    let fait = pack.calcs.iter().find(|c| c.name == nom).is_none_or(|c| c.source.is_empty());
    match nom.split_once('.').and_then(|(droit, _)| pack.all_rights().find(|r| r.id == droit)) {
        Some(r) if fait => format!("{} : {dit}", r.label),
        _ => dit.to_owned(),
    }
}

fn personnes(pack: &Pack, fold: Fold, g: Group, corps: &Typed, vide: Option<&Typed>) -> Lu {
    let seul = matches!(g, Group::Applicant | Group::Partner);
    let dit = phrase(pack, corps).html;
    let sans = vide.map_or_else(String::new, |v| format!(", et {} s'il n'y a personne", phrase(pack, v).html));
    match fold {
        Fold::Any if seul => de(Force::Comparaison, format!("pour le {}, s'il y en a un : ({dit})", groupe(g, true))),
        Fold::Any => de(
            Force::Comparaison,
            format!("pour au moins {} {} : ({dit})", if g == Group::Members { "une" } else { "un" }, groupe(g, true)),
        ),
        Fold::All => de(Force::Comparaison, format!("pour chaque {} : ({dit})", groupe(g, true))),
        Fold::Count if matches!(corps.node, Node::Bool(true)) => atome(format!("le nombre {}", nombre_de(g))),
        Fold::Count => atome(format!("le nombre {} pour qui ({dit})", nombre_de(g))),
        Fold::Sum => atome(format!("la somme, pour chaque {}, de ({dit})", groupe(g, true))),
        Fold::Min => atome(format!("le plus petit, parmi les {}, de ({dit}){sans}", groupe(g, false))),
        Fold::Max => atome(format!("le plus grand, parmi les {}, de ({dit}){sans}", groupe(g, false))),
    }
}

fn plusieurs_mois(pack: &Pack, fold: Fold, w: Window, corps: &Typed) -> Lu {
    let (dit, sur) = (phrase(pack, corps).html, fenetre(pack, w));
    match fold {
        Fold::Any => de(Force::Comparaison, format!("pour au moins un mois m parmi {sur} : ({dit})")),
        Fold::All => de(Force::Comparaison, format!("pour chaque mois m parmi {sur} : ({dit})")),
        Fold::Count => atome(format!("le nombre de mois m, parmi {sur}, où ({dit})")),
        Fold::Sum => atome(format!("la somme, sur {sur}, de ({dit})")),
        Fold::Min => atome(format!("le plus petit, sur {sur}, de ({dit})")),
        Fold::Max => atome(format!("le plus grand, sur {sur}, de ({dit})")),
    }
}

/// A value with its unit, to its last digit: what is published is what is computed.
pub(super) fn avec_unite(x: Decimal, unite: Unit) -> String {
    let dit = ecriture::nombre(x, unite);
    let (court, entier) = (ecriture::decimal(x, 0, 2), ecriture::decimal(x, 0, 8));
    match unite {
        Unit::Nombre => entier,
        u if u.is_money() => dit.replacen(&ecriture::decimal(x, 2, 2), &ecriture::decimal(x, 2, 8), 1),
        _ => dit.replacen(&court, &entier, 1),
    }
}
