//! How coarse a fact may be for the same verdicts: read off the compiled program, from what is done with it.

use std::collections::BTreeSet;

use recours_engine::plan::{NodeId, Op, Program, Shape};
use recours_rules::number::Decimal;

/// What the rules do with a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grain {
    /// True or false already.
    Booleen,
    /// An amount that is only compared with these thresholds: on which side of each is enough.
    Seuils(BTreeSet<Decimal>),
    /// A date whose age in years, on the day, is only compared with these.
    Ages(BTreeSet<Decimal>),
    /// A code of which only membership of these sets counts.
    Groupes(BTreeSet<u64>),
    /// Its value enters a computation.
    Exact,
}

impl Grain {
    /// Both uses.
    fn et(self, autre: Self) -> Self {
        match (self, autre) {
            (Self::Seuils(mut a), Self::Seuils(b)) => {
                a.extend(b);
                Self::Seuils(a)
            }
            (Self::Ages(mut a), Self::Ages(b)) => {
                a.extend(b);
                Self::Ages(a)
            }
            (Self::Groupes(mut a), Self::Groupes(b)) => {
                a.extend(b);
                Self::Groupes(a)
            }
            (a, b) if a == b => a,
            _ => Self::Exact,
        }
    }
}

/// The grain that the marked nodes need of an input (position in [`Program::inputs`]).
#[must_use]
pub fn grain(program: &Program, utiles: &[bool], entree: usize) -> Grain {
    let noeuds = || program.nodes.iter().enumerate().filter(|(i, n)| utiles.get(*i) == Some(&true) && n.op == Op::Input(entree));
    let mut total: Option<Grain> = None;
    for (id, noeud) in noeuds() {
        if noeud.shape == Shape::Bool {
            return Grain::Booleen;
        }
        let ici = usages(program, utiles, id);
        total = Some(match total {
            None => ici,
            Some(t) => t.et(ici),
        });
    }
    total.unwrap_or(Grain::Exact)
}

/// A constant, whatever it was broadcast to.
fn constante(program: &Program, id: NodeId) -> Option<Decimal> {
    match program.nodes.get(id)?.op {
        Op::Num(x) => Some(x),
        Op::Broadcast(a) => constante(program, a),
        _ => None,
    }
}

fn usages(program: &Program, utiles: &[bool], id: NodeId) -> Grain {
    let mut total: Option<Grain> = None;
    let suite = program.nodes.iter().enumerate().filter(|(i, n)| utiles.get(*i) == Some(&true) && n.op.operands().contains(&id));
    for (consommateur, noeud) in suite {
        let autre = |a: NodeId, b: NodeId| constante(program, if a == id { b } else { a });
        let ici = match &noeud.op {
            Op::Broadcast(_) | Op::Coalesce(..) => usages(program, utiles, consommateur),
            Op::CmpNum(_, a, b) => autre(*a, *b).map_or(Grain::Exact, |x| Grain::Seuils(BTreeSet::from([x]))),
            Op::CodeIn(_, ensemble) => Grain::Groupes(BTreeSet::from([*ensemble])),
            Op::AgeYears(a, _) if *a == id => match usages(program, utiles, consommateur) {
                Grain::Seuils(s) => Grain::Ages(s),
                _ => Grain::Exact,
            },
            _ => Grain::Exact,
        };
        total = Some(match total {
            None => ici,
            Some(t) => t.et(ici),
        });
    }
    total.unwrap_or(Grain::Exact)
}
