//! What the rules can tell of a fact from a band of its values, when nothing else is known.

use super::nothing_known;
use crate::eval::column::{Column, Data};
use crate::eval::{self, Population};
use crate::plan::{Level, NodeId, Op, Program, RightProgram, Shape};
use crate::reference::FactId;
use recours_rules::interval::Interval;
use recours_rules::pack::{Pack, RightKind};
use std::sync::Arc;

/// Rows evaluated at a time.
const ROWS: usize = 512;

/// One fact of a program, all others unknown.
pub struct Probe<'a> {
    pack: &'a Pack,
    /// The program with what other facts may change replaced by something unknown: folds, for a foyer may hold anybody,
    /// and formulas that stand in for a fact that somebody may bring.
    program: Program,
    slot: usize,
    rights: Vec<Border>,
    /// Nodes that depend on the fact alone.
    alone: Vec<bool>,
    code: bool,
}

/// What must be settled for one right.
struct Border {
    entitled: NodeId,
    /// Whatever the verdict: who receives a right is counted, and what is folded tells on the others of the foyer.
    always: Vec<NodeId>,
    /// Unless the right is false.
    unless_false: Vec<NodeId>,
}

fn folds(op: &Op) -> bool {
    matches!(
        op,
        Op::FoldSum(_)
            | Op::FoldCount(_)
            | Op::FoldAny(_)
            | Op::FoldAll(_)
            | Op::FoldFirst(_)
            | Op::FoldLast(_)
            | Op::FoldMin(..)
            | Op::FoldMax(..)
    )
}

fn anything(shape: Shape) -> Op {
    match shape {
        Shape::Num => Op::AnyNum,
        Shape::Bool => Op::AnyBool,
        Shape::Date => Op::AnyDate(true),
        Shape::Code => Op::Code(u64::MAX),
    }
}

/// What a node depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depends {
    Nothing,
    Alone,
    Others,
}

fn depends(program: &Program, slot: usize) -> Vec<Depends> {
    let mut out: Vec<Depends> = Vec::with_capacity(program.nodes.len());
    for n in &program.nodes {
        let of = |id: &NodeId| out.get(*id).copied().unwrap_or(Depends::Others);
        let here = match &n.op {
            Op::Input(s) if *s == slot => Depends::Alone,
            Op::Input(_) => Depends::Others,
            op => {
                let operands = op.operands();
                if operands.iter().all(|o| of(o) == Depends::Nothing) {
                    Depends::Nothing
                } else if folds(op) || matches!(op, Op::Coalesce(..)) || operands.iter().any(|o| of(o) == Depends::Others) {
                    Depends::Others
                } else {
                    Depends::Alone
                }
            }
        };
        out.push(here);
    }
    out
}

/// What of a right depends on one fact alone and meets something else, or the right itself.
fn border(program: &Program, alone: &[bool], roots: &[NodeId]) -> Vec<NodeId> {
    let marks = program.needed(roots);
    let is = |id: &NodeId| alone.get(*id) == Some(&true);
    let mut out: Vec<NodeId> = roots.iter().copied().filter(|r| is(r)).collect();
    for (id, node) in program.nodes.iter().enumerate().filter(|(id, _)| marks.get(*id) == Some(&true)) {
        if !is(&id) {
            out.extend(node.op.operands().iter().copied().filter(|o| is(o)));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Nodes of a right that go into some fold over persons.
fn folded(program: &Program, roots: &[NodeId]) -> Vec<bool> {
    let marks = program.needed(roots);
    let into: Vec<NodeId> =
        program.nodes.iter().zip(&marks).filter(|(n, marked)| **marked && folds(&n.op)).flat_map(|(n, _)| n.op.operands()).collect();
    program.needed(&into)
}

fn roots(r: &RightProgram) -> Vec<NodeId> {
    r.verdict().into_iter().chain(r.conditions.iter().copied()).chain(r.beside()).collect()
}

impl<'a> Probe<'a> {
    /// For an input of the program; `None` when no right reads it.
    pub fn new(pack: &'a Pack, program: &Program, slot: usize) -> Option<Self> {
        let alone: Vec<bool> = depends(program, slot).into_iter().map(|d| d == Depends::Alone).collect();
        let person = program.nodes.iter().any(|n| n.op == Op::Input(slot) && n.level == Level::Person);
        let mut rights = Vec::new();
        for r in &program.rights {
            let counted = pack.rights.get(r.right).is_some_and(|d| d.kind == RightKind::Droit);
            let mut always = r.received.filter(|_| counted).map(|x| border(program, &alone, &[x])).unwrap_or_default();
            let unless_false = border(program, &alone, &roots(r));
            if person {
                let folded = folded(program, &roots(r));
                always.extend(unless_false.iter().copied().filter(|id| folded.get(*id) == Some(&true)));
            }
            if !unless_false.is_empty() {
                rights.push(Border { entitled: r.entitled, always, unless_false });
            }
        }
        if rights.is_empty() {
            return None;
        }
        let code = program.nodes.iter().any(|n| n.op == Op::Input(slot) && n.shape == Shape::Code);
        let mut program = program.clone();
        for n in &mut program.nodes {
            if folds(&n.op) || matches!(n.op, Op::Coalesce(..)) {
                n.op = anything(n.shape);
            }
        }
        Some(Self { pack, program, slot, rights, alone, code })
    }

    /// The program, and which of its nodes depend on the fact alone.
    pub fn alone(&self) -> impl Iterator<Item = (NodeId, &Op)> {
        self.program.nodes.iter().enumerate().filter(|(id, _)| self.alone.get(*id) == Some(&true)).map(|(id, n)| (id, &n.op))
    }

    /// Whether a node is the fact itself.
    pub fn is_fact(&self, id: NodeId) -> bool {
        self.program.nodes.get(id).is_some_and(|n| n.op == Op::Input(self.slot))
    }

    /// A table of the program.
    pub fn table(&self, id: usize) -> Option<&recours_rules::parameters::Value> {
        self.program.tables.get(id)
    }

    /// For each interval, whether it can stand for any of its values.
    pub fn intervals(&self, of: &[Interval]) -> Vec<bool> {
        of.chunks(ROWS).flat_map(|c| self.fits(&self.column(c))).collect()
    }

    /// For each set of codes, whether it can stand for any of them.
    pub fn codes(&self, of: &[u64]) -> Vec<bool> {
        if !self.code || of.is_empty() {
            return vec![false; of.len()];
        }
        self.fits(&Column { data: Data::Code(of.to_vec()) })
    }

    fn column(&self, of: &[Interval]) -> Column {
        let (lo, hi): (Vec<i64>, Vec<i64>) = of.iter().map(|x| (x.lo, x.hi)).unzip();
        let date = self.program.nodes.iter().any(|n| n.op == Op::Input(self.slot) && n.shape == Shape::Date);
        if date { Column::date(lo, hi, vec![0; of.len()]) } else { Column::num(lo, hi) }
    }

    /// Evaluates some nodes on some values of the fact, each in a foyer of its own.
    pub fn evaluate(&self, column: &Column, nodes: &[NodeId]) -> eval::Evaluated {
        let n = column.len();
        let marks = self.program.needed(nodes);
        let read = |slot: usize| self.program.nodes.iter().zip(&marks).any(|(x, m)| *m && x.op == Op::Input(slot));
        let input = |(slot, fact): (usize, &FactId)| {
            Arc::new(if slot == self.slot {
                column.clone()
            } else {
                let v = self.pack.vocabulary.variables.get(fact.0).filter(|_| read(slot));
                v.map_or_else(|| Column::bool(Vec::new()), |v| nothing_known(self.pack, v, n))
            })
        };
        let inputs = self.program.inputs.iter().enumerate().map(input).collect();
        let population = Population { offsets: (0..=n).collect(), inputs };
        eval::block(&self.program, &population, &marks, 0, n, None)
    }

    /// Evaluates some nodes on single values.
    pub fn at_points(&self, points: &[i64], nodes: &[NodeId]) -> eval::Evaluated {
        let points: Vec<Interval> = points.iter().map(|p| Interval::point(*p)).collect();
        self.evaluate(&self.column(&points), nodes)
    }

    fn fits(&self, column: &Column) -> Vec<bool> {
        let n = column.len();
        let settled = |done: &eval::Evaluated, nodes: &[NodeId], row: usize| {
            nodes.iter().all(|id| done.column(*id).is_some_and(|c| c.settled(row) || (c.len() == 1 && c.settled(0))))
        };
        let everything: Vec<NodeId> = self.rights.iter().flat_map(|b| b.always.iter().chain(&b.unless_false).copied()).collect();
        let done = self.evaluate(column, &everything);
        // The verdict itself is asked only where something is open.
        let open: Vec<NodeId> =
            self.rights.iter().filter(|b| (0..n).any(|i| !settled(&done, &b.unless_false, i))).map(|b| b.entitled).collect();
        let verdicts = (!open.is_empty()).then(|| self.evaluate(column, &open));
        let dead = |id: NodeId, row: usize| verdicts.as_ref().and_then(|d| d.column(id)).is_some_and(|c| c.bool_at(row) == 0);
        let fits =
            |row: usize, b: &Border| settled(&done, &b.always, row) && (settled(&done, &b.unless_false, row) || dead(b.entitled, row));
        (0..n).map(|row| self.rights.iter().all(|b| fits(row, b))).collect()
    }
}

/// Whether a rule asks if a fact is known, or a formula stands behind it: what is known of it must then be its value.
pub fn must_be_settled(program: &Program, fact: FactId) -> bool {
    let is = |id: &NodeId| matches!(program.nodes.get(*id).map(|n| &n.op), Some(Op::Input(s)) if program.inputs.get(*s) == Some(&fact));
    program.nodes.iter().any(|n| match &n.op {
        Op::Known(a, _) | Op::Coalesce(a, _) => is(a),
        _ => false,
    })
}
