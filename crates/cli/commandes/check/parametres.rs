//! Which parameters and computations the rights of a pack use, and what can be said of their age.

use std::collections::BTreeSet;

use recours_rules::date::{self, Month};
use recours_rules::pack::{Pack, Right};
use recours_rules::parser::Period;
use recours_rules::typed::{Node, Typed, Window};

/// Parameters that the rights of a pack read, directly or through computations and derived facts.
#[must_use]
pub fn parametres_lus(pack: &Pack) -> BTreeSet<usize> {
    let mut lus = BTreeSet::new();
    for t in expressions(pack) {
        t.walk(&mut |n| match &n.node {
            Node::Param(p, _) | Node::Lookup(p, ..) | Node::Months(_, Window::Parameter(p), _) | Node::Mean(Window::Parameter(p), _) => {
                lus.insert(*p);
            }
            _ => {}
        });
    }
    lus
}

/// Computations that the rights of a pack need.
#[must_use]
pub fn calculs_lus(pack: &Pack) -> BTreeSet<usize> {
    calculs_de(pack, pack.all_rights())
}

/// Computations that some rights need.
fn calculs_de<'a>(pack: &Pack, droits: impl IntoIterator<Item = &'a Right>) -> BTreeSet<usize> {
    let mut calculs = BTreeSet::new();
    let mut reste: Vec<usize> = Vec::new();
    for droit in droits {
        reste.extend(Pack::outputs(droit));
        reste.extend(droit.conditions.iter().map(|c| c.calc));
        reste.extend(droit.journey.iter().flat_map(|j| j.events.iter().chain(&j.observed)).map(|(_, c)| *c));
    }
    while let Some(c) = reste.pop() {
        if calculs.insert(c)
            && let Some(calcul) = pack.calcs.get(c)
        {
            let mut suivre = |t: &Typed| {
                t.walk(&mut |n| match n.node {
                    Node::Calc(c, _) => reste.push(c),
                    Node::Input(v, _) => {
                        if let Some(d) = pack.derived.get(&v) {
                            d.walk(&mut |n| {
                                if let Node::Calc(c, _) = n.node {
                                    reste.push(c);
                                }
                            });
                        }
                    }
                    _ => {}
                });
            };
            suivre(&calcul.body);
        }
    }
    calculs
}

/// Parameters that a right reads at another month than M, with that month, when M is `m`.
#[must_use]
pub fn lus_a_un_mois(pack: &Pack, droit: &Right, m: Month) -> BTreeSet<(usize, Month)> {
    let mut lus = BTreeSet::new();
    for c in calculs_de(pack, [droit]).into_iter().filter_map(|c| pack.calcs.get(c)) {
        c.body.walk(&mut |n| {
            if let Node::Param(p, periode) | Node::Lookup(p, periode, _) = &n.node {
                match *periode {
                    Period::Valued(0) | Period::Current(_) => {}
                    Period::Valued(d) => {
                        lus.insert((*p, m + d));
                    }
                    Period::Calendar { month, years } => {
                        lus.insert((*p, (m.div_euclid(12) + years) * 12 + month - 1));
                    }
                }
            }
        });
    }
    lus
}

fn expressions(pack: &Pack) -> impl Iterator<Item = &Typed> {
    let calculs = calculs_lus(pack);
    let derives = pack.derived.values();
    calculs.into_iter().filter_map(|c| pack.calcs.get(c).map(|c| &c.body)).chain(derives)
}

/// Parameters read that have no value on the pack's day: a verdict that needs one stays unknown.
#[must_use]
pub fn sans_valeur(pack: &Pack) -> Vec<&str> {
    let lus = parametres_lus(pack);
    let parametres = lus.into_iter().filter_map(|p| pack.parameters.all.get(p));
    // A local parameter has no value here: the rights that read it are not evaluated.
    parametres.filter(|p| !p.awaited() && p.on(pack.on).is_none()).map(|p| p.name.as_str()).collect()
}

/// Parameters read that nobody has checked on or after the first day of M.
#[must_use]
pub fn perimes(pack: &Pack) -> Vec<&str> {
    let debut = date::first_day(date::month_of(pack.on));
    let lus = parametres_lus(pack);
    let parametres = lus.into_iter().filter_map(|p| pack.parameters.all.get(p));
    parametres.filter(|p| !p.awaited() && p.checked.is_none_or(|c| c < debut)).map(|p| p.name.as_str()).collect()
}
