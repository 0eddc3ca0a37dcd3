//! What one right answers to invented foyers, and whether a claim holds there.

use super::household::{Household, Reads, population};
use crate::eval::{self, Evaluated};
use crate::plan::{NodeId, Program, RightProgram};
use recours_rules::Pack;
use recours_rules::number::{self, Decimal};
use recours_rules::pack::Right;
use recours_rules::pack::properties::{Claim, Property};
use recours_rules::types::Entity;

/// The nodes of a property's expressions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nodes {
    /// Where it is claimed.
    pub condition: Option<NodeId>,
    /// Lower bound, condition of `nul_si`, or greatest move.
    pub first: Option<NodeId>,
    /// Upper bound.
    pub second: Option<NodeId>,
}

/// A right with what its trials evaluate.
pub struct Context<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// All rights and expressions of properties, compiled.
    pub program: &'a Program,
    /// The right.
    pub right: &'a Right,
    /// Its nodes.
    pub nodes: &'a RightProgram,
    /// Nodes that its trials need.
    pub marks: Vec<bool>,
    /// Facts that they read.
    pub reads: Reads,
}

/// What one unit gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Verdict; absent when complete facts do not settle it (a parameter without value, a division by zero).
    pub open: Option<bool>,
    /// Amount payable, or the verdict as 0 or 1 for a right without amount.
    pub answer: Option<Decimal>,
    /// The property is claimed here.
    pub claimed: bool,
    /// Lower bound or greatest move.
    pub first: Option<Decimal>,
    /// Upper bound.
    pub second: Option<Decimal>,
    /// The condition of `nul_si` holds.
    pub when: bool,
}

impl<'a> Context<'a> {
    /// For a right and the nodes of its properties.
    #[must_use]
    pub fn new(pack: &'a Pack, program: &'a Program, right: &'a Right, nodes: &'a RightProgram, properties: &[Nodes]) -> Self {
        let own = [Some(nodes.entitled), nodes.amount];
        let beside = properties.iter().flat_map(|p| [p.condition, p.first, p.second]);
        let roots: Vec<NodeId> = own.into_iter().chain(beside).flatten().collect();
        let marks = program.needed(&roots);
        let reads = Reads::of(pack, program, &marks);
        Self { pack, program, right, nodes, marks, reads }
    }

    /// Evaluates foyers, all in one block.
    #[must_use]
    pub fn evaluate(&self, households: &[Household]) -> Evaluated {
        let population = population(self.pack, self.program, &self.reads, households);
        eval::block(self.program, &population, &self.marks, 0, households.len(), None)
    }

    /// Rows of a foyer in the columns of the right, with the person of each.
    #[must_use]
    pub fn rows(&self, done: &Evaluated, foyer: usize) -> Vec<(usize, Option<usize>)> {
        if self.right.unit == Entity::Foyer {
            return vec![(foyer, None)];
        }
        let bound = |f: usize| done.offsets.get(f).copied().unwrap_or(0);
        (bound(foyer)..bound(foyer + 1)).enumerate().map(|(p, row)| (row, Some(p))).collect()
    }

    /// The answer at a row, under a property.
    #[must_use]
    pub fn seen(&self, done: &Evaluated, row: usize, of: Nodes) -> Seen {
        let truth = |id: Option<NodeId>| id.and_then(|id| done.column(id)).map_or(1, |c| c.bool_at(row));
        let number = |id: Option<NodeId>| id.and_then(|id| done.column(id)).map(|c| c.interval(row)).filter(|i| i.is_point()).map(|i| i.lo);
        let open = match truth(Some(self.nodes.entitled)) {
            0 => Some(false),
            2 => Some(true),
            _ => None,
        };
        let answer = if self.nodes.amount.is_some() { number(self.nodes.amount) } else { open.map(i64::from) };
        Seen {
            open,
            answer,
            claimed: of.condition.is_none() || truth(of.condition) == 2,
            first: number(of.first),
            second: number(of.second),
            when: truth(of.first) == 2,
        }
    }

    /// An answer in words.
    #[must_use]
    pub fn said(&self, s: Seen) -> String {
        match (s.open, s.answer) {
            (Some(true), Some(a)) if self.nodes.amount.is_some() => format!("oui, {}", number::format(a)),
            (Some(true), _) => "oui".into(),
            (Some(false), _) => "non".into(),
            (None, _) => "inconnu".into(),
        }
    }

    /// What a claim about one state says is wrong there.
    #[must_use]
    pub fn judge(&self, property: &Property, s: Seen) -> Option<String> {
        match property.claim {
            Claim::Between { .. } if s.claimed && s.open == Some(true) => {
                let a = s.answer?;
                let low = s.first.filter(|min| a < *min).map(|min| format!("montant {}, sous {}", number::format(a), number::format(min)));
                let high = s.second.filter(|max| a > *max);
                low.or_else(|| high.map(|max| format!("montant {}, au-dessus de {}", number::format(a), number::format(max))))
            }
            Claim::Nothing { .. } if s.claimed && s.when && (s.open == Some(true) || s.answer.is_some_and(|a| a > 0)) => {
                Some(format!("la condition est remplie et la réponse est : {}", self.said(s)))
            }
            _ => None,
        }
    }

    /// What a claim about two states, the second further along a fact, says is wrong between them.
    #[must_use]
    pub fn judge_pair(&self, property: &Property, a: Seen, b: Seen) -> Option<String> {
        if !a.claimed || !b.claimed {
            return None;
        }
        let (x, y) = (a.answer?, b.answer?);
        let wrong = match property.claim {
            Claim::Monotone { rises: false, .. } => y > x,
            Claim::Monotone { rises: true, .. } => y < x,
            Claim::Steps { .. } => a.first.is_some_and(|most| number::saturate(i128::from(y) - i128::from(x)).saturating_abs() > most),
            _ => false,
        };
        let most = match property.claim {
            Claim::Steps { .. } => a.first.map_or_else(String::new, |m| format!(", plus que {}", number::format(m))),
            _ => String::new(),
        };
        wrong.then(|| format!("la réponse passe de « {} » à « {} »{most}", self.said(a), self.said(b)))
    }
}

impl Nodes {
    /// Whether a row puts the claim to the test.
    #[must_use]
    pub fn tests(property: &Property, s: Seen) -> bool {
        s.claimed
            && match property.claim {
                Claim::Between { .. } => s.open == Some(true),
                Claim::Nothing { .. } => s.when,
                Claim::Monotone { .. } | Claim::Steps { .. } => s.answer.is_some_and(|a| a != 0),
            }
    }
}
