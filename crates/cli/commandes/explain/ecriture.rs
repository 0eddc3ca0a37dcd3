//! Values as French people read them.

use recours_engine::value::{May, Val};
use recours_rules::date::{self, Days, Month};
use recours_rules::interval::Interval;
use recours_rules::number::{Decimal, INF, NEG_INF, Rounding, SCALE, round_to};
use recours_rules::pack::Pack;
use recours_rules::truth::Truth;
use recours_rules::types::{Type, Unit};

const MOIS: [&str; 12] =
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

/// `12 345`.
#[must_use]
pub fn entier(n: u64) -> String {
    let chiffres = n.to_string();
    let mut sortie = String::with_capacity(chiffres.len() + chiffres.len() / 3);
    for (i, c) in chiffres.chars().enumerate() {
        if i > 0 && (chiffres.len() - i).is_multiple_of(3) {
            sortie.push(' ');
        }
        sortie.push(c);
    }
    sortie
}

/// `1 234,56` with at least and at most so many decimals (8 at most); more are rounded for display.
#[must_use]
pub fn decimal(x: Decimal, au_moins: usize, au_plus: usize) -> String {
    let pas = (0..8usize.saturating_sub(au_plus)).fold(1, |p: i64, _| p * 10);
    let x = i128::from(round_to(x, pas, Rounding::Nearest));
    let (a, echelle) = (x.unsigned_abs(), SCALE.unsigned_abs() as u128);
    let mut decimales = format!("{:08}", a % echelle);
    decimales.truncate(au_plus);
    while decimales.len() > au_moins && decimales.ends_with('0') {
        decimales.pop();
    }
    let signe = if x < 0 { "-" } else { "" };
    let entiers = entier(u64::try_from(a / echelle).unwrap_or(u64::MAX));
    if decimales.is_empty() { format!("{signe}{entiers}") } else { format!("{signe}{entiers},{decimales}") }
}

/// `1 234,56 € par mois`, `65 ans`, `2,5`.
#[must_use]
pub fn nombre(x: Decimal, unite: Unit) -> String {
    let pluriel = |mot: &str| format!("{} {mot}{}", decimal(x, 0, 2), if (-2 * SCALE + 1..2 * SCALE).contains(&x) { "" } else { "s" });
    match unite {
        Unit::Nombre => decimal(x, 0, 6),
        Unit::Euro => format!("{} €", decimal(x, 2, 2)),
        Unit::EuroMois => format!("{} € par mois", decimal(x, 2, 2)),
        Unit::EuroTrimestre => format!("{} € par trimestre", decimal(x, 2, 2)),
        Unit::EuroAn => format!("{} € par an", decimal(x, 2, 2)),
        Unit::EuroJour => format!("{} € par jour", decimal(x, 2, 2)),
        Unit::EuroHeure => format!("{} € par heure", decimal(x, 2, 2)),
        Unit::Annees => pluriel("an"),
        Unit::Mois => format!("{} mois", decimal(x, 0, 2)),
        Unit::Jours => pluriel("jour"),
        Unit::JoursOuvres => {
            let jours = pluriel("jour");
            if jours.ends_with('s') { format!("{jours} ouvrés") } else { format!("{jours} ouvré") }
        }
        Unit::Heures => pluriel("heure"),
    }
}

/// A number, or what is known of it.
#[must_use]
pub fn bornes(i: Interval, unite: Unit) -> String {
    match (i.lo, i.hi) {
        (l, h) if l == h => nombre(l, unite),
        (NEG_INF, INF) => "inconnu".into(),
        (l, INF) => format!("inconnu, au moins {}", nombre(l, unite)),
        (NEG_INF, h) => format!("inconnu, au plus {}", nombre(h, unite)),
        (l, h) => format!("inconnu, entre {} et {}", nombre(l, unite), nombre(h, unite)),
    }
}

/// A fact that a body tells by a band: `au moins 0,01 € par mois`, `le 2 février 2027 ou après`, `actif ou étudiant`.
#[must_use]
pub fn tranche(pack: &Pack, ty: Type, v: May) -> String {
    bande(ty, v).unwrap_or_else(|| valeur(pack, ty, Val::new(v, false)).replace("l'un de : ", "").replace(", ", " ou "))
}

/// Of a number, or of a date bounded on one side.
fn bande(ty: Type, v: May) -> Option<String> {
    let unite = if let Type::Num(u) = ty { u } else { Unit::Nombre };
    match v {
        May::Num(i) => Some(bornes(i, unite).trim_start_matches("inconnu, ").to_owned()),
        May::Date(i, Truth::False) if i.hi == INF && i.lo != NEG_INF => Some(format!("le {} ou après", date_longue(i.lo))),
        May::Date(i, Truth::False) if i.lo == NEG_INF && i.hi != INF => Some(format!("le {} ou avant", date_longue(i.hi))),
        _ => None,
    }
}

/// `vrai`, `faux` or `inconnu`.
#[must_use]
pub const fn verite(t: Truth) -> &'static str {
    match t {
        Truth::True => "vrai",
        Truth::False => "faux",
        Truth::Unknown => "inconnu",
    }
}

/// `1er octobre 2026`.
#[must_use]
pub fn date_longue(d: Days) -> String {
    let (annee, mois, jour) = date::civil(d);
    let rang = usize::try_from(mois - 1).unwrap_or(0);
    format!("{}{} {} {annee}", jour, if jour == 1 { "er" } else { "" }, MOIS.get(rang).unwrap_or(&""))
}

/// `octobre 2026`.
#[must_use]
pub fn mois(m: Month) -> String {
    let (annee, mois, _) = date::civil(date::first_day(m));
    format!("{} {annee}", MOIS.get(usize::try_from(mois - 1).unwrap_or(0)).unwrap_or(&""))
}

/// Whatever an evaluator knows of a value of this type.
#[must_use]
pub fn valeur(pack: &Pack, ty: Type, v: Val) -> String {
    match (v.may, ty) {
        (May::Num(i), Type::Num(u)) => bornes(i, u),
        (May::Num(i), _) => bornes(i, Unit::Nombre),
        (May::Truth(t), _) => verite(t).into(),
        (May::Date(_, Truth::True), _) => "aucune".into(),
        (May::Date(i, Truth::False), _) if i.is_point() => date_longue(i.lo),
        (May::Date(i, _), _) if i.lo != NEG_INF && i.hi != INF => format!("entre le {} et le {}", date_longue(i.lo), date_longue(i.hi)),
        (May::Date(..), _) => "inconnue".into(),
        (May::Code(ensemble), Type::Code(l)) => {
            let Some(liste) = pack.vocabulary.lists.get(l) else { return "inconnu".into() };
            let noms: Vec<String> = (0..liste.codes.len())
                .filter(|i| ensemble & (1 << i) != 0)
                .filter_map(|i| liste.codes.get(i))
                .map(|c| c.replace('_', " "))
                .collect();
            match noms.as_slice() {
                [seul] => seul.clone(),
                _ if noms.len() == liste.codes.len() => "inconnu".into(),
                _ => format!("l'un de : {}", noms.join(", ")),
            }
        }
        (May::Code(_), _) => "inconnu".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecritures_francaises() {
        let x = |t: &str| recours_rules::number::parse(t).unwrap_or(0);
        assert_eq!(nombre(x("1234.56"), Unit::EuroMois), "1 234,56 € par mois");
        assert_eq!(nombre(x("-0.005"), Unit::Euro), "-0,01 €");
        assert_eq!(nombre(x("1234567"), Unit::EuroAn), "1 234 567,00 € par an");
        assert_eq!(nombre(x("1"), Unit::Annees), "1 an");
        assert_eq!(nombre(x("65"), Unit::Annees), "65 ans");
        assert_eq!(nombre(x("1.28412"), Unit::Nombre), "1,28412");
        assert_eq!(nombre(x("2"), Unit::Nombre), "2");
        assert_eq!(bornes(Interval::new(0, INF), Unit::EuroMois), "inconnu, au moins 0,00 € par mois");
        let montants = |lo: &str, hi: i64| bande(Type::Num(Unit::EuroMois), May::Num(Interval::new(x(lo), hi)));
        assert_eq!(montants("0.01", INF).as_deref(), Some("au moins 0,01 € par mois"));
        assert_eq!(montants("0.01", x("499.99")).as_deref(), Some("entre 0,01 € par mois et 499,99 € par mois"));
        let jours = |lo, hi| bande(Type::Date { absent_possible: false }, May::Date(Interval::new(lo, hi), Truth::False));
        assert_eq!(jours(date::days(2026, 10, 2), INF).as_deref(), Some("le 2 octobre 2026 ou après"));
        assert_eq!(jours(NEG_INF, date::days(1964, 10, 1)).as_deref(), Some("le 1er octobre 1964 ou avant"));
        assert_eq!(date_longue(date::days(2026, 8, 1)), "1er août 2026");
        assert_eq!(date_longue(date::days(2024, 2, 29)), "29 février 2024");
        assert_eq!(entier(1_234_567), "1 234 567");
    }
}
