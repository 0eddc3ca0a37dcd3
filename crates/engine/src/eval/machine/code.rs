//! A column program made ready for many blocks: what is not needed left out, what is the same for everybody computed
//! once, and a register for each value only as long as something still reads it.

use super::register::Same;
use crate::eval::{Population, block};
use crate::plan::{Level, NodeId, Op, Program, Shape};
use recours_rules::parameters::Value;
use std::collections::HashMap;

/// Where an operand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a register.
    Register(usize),
    /// The same for everybody.
    Same(Same),
}

/// An operand with what it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand {
    pub(super) node: NodeId,
    pub(super) place: Place,
    pub(super) shape: Shape,
    pub(super) level: Level,
}

/// One operation.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) op: Op,
    pub(super) level: Level,
    pub(super) shape: Shape,
    pub(super) out: usize,
    pub(super) args: Vec<Operand>,
}

/// An input that something reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// Position in [`Program::inputs`].
    pub slot: usize,
    /// Of persons or of foyers.
    pub level: Level,
    /// What it holds.
    pub shape: Shape,
}

/// A program compiled for some of its nodes.
#[derive(Debug, Clone)]
pub struct Code {
    pub(super) steps: Vec<Step>,
    pub(super) inputs: Vec<Live>,
    /// Where they are, and of whom.
    pub(super) roots: HashMap<NodeId, (Place, Level)>,
    pub(super) tables: Vec<Value>,
    /// Inputs first, then what the steps write.
    pub(super) registers: usize,
}

impl Code {
    /// For the nodes in `roots` and what they need.
    #[must_use]
    pub fn new(program: &Program, roots: &[NodeId]) -> Self {
        let marks = program.needed(roots);
        let live = |id: &NodeId| marks.get(*id) == Some(&true);
        let constant: Vec<bool> = program.nodes.iter().enumerate().map(|(id, n)| live(&id) && n.level == Level::Const).collect();
        let nobody = Population { offsets: vec![0], inputs: Vec::new() };
        let known = block(program, &nobody, &constant, 0, 0, None);
        let mut inputs = Vec::new();
        let mut places: HashMap<NodeId, Place> = HashMap::new();
        for (id, node) in program.nodes.iter().enumerate().filter(|(id, _)| live(id)) {
            if let Some(c) = known.column(id) {
                places.insert(id, Place::Same(Same::of(c)));
            } else if let Op::Input(slot) = node.op {
                places.insert(id, Place::Register(inputs.len()));
                inputs.push(Live { slot, level: node.level, shape: node.shape });
            }
        }
        let mut code = Self { steps: Vec::new(), registers: inputs.len(), inputs, roots: HashMap::new(), tables: program.tables.clone() };
        let last = last_uses(program, &marks, roots);
        let mut free: Vec<usize> = Vec::new();
        for (id, node) in program.nodes.iter().enumerate().filter(|(id, _)| live(id)) {
            if places.contains_key(&id) {
                continue;
            }
            let operand = |o: NodeId| {
                let of = program.nodes.get(o)?;
                Some(Operand { node: o, place: places.get(&o).copied()?, shape: of.shape, level: of.level })
            };
            let args: Vec<Operand> = node.op.operands().into_iter().filter_map(operand).collect();
            // Taken before its operands are given back: a step never writes where it reads.
            let out = free.pop().unwrap_or_else(|| {
                code.registers += 1;
                code.registers - 1
            });
            for (i, a) in args.iter().enumerate() {
                let again = args.iter().take(i).any(|b| b.node == a.node);
                if let (Place::Register(r), false) = (a.place, again)
                    && r >= code.inputs.len()
                    && last.get(a.node) == Some(&id)
                {
                    free.push(r);
                }
            }
            places.insert(id, Place::Register(out));
            code.steps.push(Step { op: node.op.clone(), level: node.level, shape: node.shape, out, args });
        }
        code.roots = roots.iter().filter_map(|r| Some((*r, (*places.get(r)?, program.nodes.get(*r)?.level)))).collect();
        code
    }

    /// The inputs that something reads, in the order in which a machine has them.
    #[must_use]
    pub fn inputs(&self) -> &[Live] {
        &self.inputs
    }
}

/// The last node that reads each node; roots are read for ever.
fn last_uses(program: &Program, marks: &[bool], roots: &[NodeId]) -> Vec<NodeId> {
    let mut last = vec![0; program.nodes.len()];
    for (id, node) in program.nodes.iter().enumerate().filter(|(id, _)| marks.get(*id) == Some(&true)) {
        for o in node.op.operands() {
            if let Some(l) = last.get_mut(o) {
                *l = id;
            }
        }
    }
    for r in roots {
        if let Some(l) = last.get_mut(*r) {
            *l = NodeId::MAX;
        }
    }
    last
}
