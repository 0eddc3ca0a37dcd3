//! What rule files claim, tried on invented foyers: a claim that fails is told at its place, with the smallest foyer
//! found where it does. Every right makes one claim without saying it: what is certain stays true.

mod along;
mod certain;
mod chance;
mod complete;
mod converse;
mod foyers;
mod household;
mod judge;
mod limits;
mod maker;
mod shrink;
mod told;

use crate::eval::BLOCK;
use crate::plan::{Program, RightProgram};
use along::Tried;
use chance::Chance;
pub use complete::{Wanted, complete};
pub use converse::Rate;
use household::Household;
use judge::{Context, Nodes};
use limits::Limits;
use maker::Maker;
use rayon::prelude::*;
use recours_rules::date;
use recours_rules::diagnostic::Diagnostic;
use recours_rules::pack::properties::{Claim, Property};
use recours_rules::pack::{Pack, Right};
use recours_rules::typed::Typed;
use recours_rules::types::Entity;
use shrink::Example;

/// How hard claims are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Foyers for each claim.
    pub foyers: usize,
    /// The same seed draws the same foyers.
    pub seed: u64,
}

/// What trials gave, counted over the rights of a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Claims written in the files.
    pub properties: usize,
    /// Foyers asked, over all these claims.
    pub trials: usize,
    /// Foyers that put their claim to the test (the right is open, the condition holds…).
    pub tested: usize,
    /// Partial foyers asked whether what they settle holds.
    pub partial: usize,
    /// Completions of these.
    pub completions: usize,
    /// Verdicts settled by partial foyers.
    pub settled: usize,
    /// `R-062` a claim that fails; `R-063` one that no foyer put to the test; `R-064` a verdict that a completion
    /// contradicts.
    pub faults: Vec<Diagnostic>,
}

impl Outcome {
    /// Counts and faults of both.
    pub fn add(&mut self, o: Self) {
        self.properties += o.properties;
        self.trials += o.trials;
        self.tested += o.tested;
        self.partial += o.partial;
        self.completions += o.completions;
        self.settled += o.settled;
        self.faults.extend(o.faults);
    }
}

/// The expressions of the properties of a pack, with the entity of each.
fn beside(pack: &Pack) -> Vec<(&Typed, Entity)> {
    pack.rights.iter().flat_map(|r| r.properties.iter().flat_map(|p| p.expressions().map(|t| (t, r.unit)))).collect()
}

/// Gives back to each property the nodes of its expressions, in the order of [`Property::expressions`].
fn nodes_of(property: &Property, nodes: &mut impl Iterator<Item = usize>) -> Nodes {
    let condition = property.condition.as_ref().and_then(|_| nodes.next());
    let (first, second) = match &property.claim {
        Claim::Monotone { .. } => (None, None),
        Claim::Between { min, max } => (min.as_ref().and_then(|_| nodes.next()), max.as_ref().and_then(|_| nodes.next())),
        Claim::Nothing { .. } | Claim::Steps { .. } => (nodes.next(), None),
    };
    Nodes { condition, first, second }
}

/// Tries the claims of every right of a pack on its day, over the current rayon pool. The answer depends on the rules
/// and on the effort only.
#[must_use]
pub fn run(pack: &Pack, effort: Effort) -> Outcome {
    let (program, nodes) = Program::compile_with(pack, &beside(pack));
    let mut nodes = nodes.into_iter();
    let mut jobs: Vec<(&Right, &RightProgram, Vec<Nodes>)> = Vec::new();
    for (right, rp) in pack.rights.iter().zip(&program.rights) {
        let own = right.properties.iter().map(|p| nodes_of(p, &mut nodes)).collect();
        jobs.push((right, rp, own));
    }
    let each: Vec<Outcome> = jobs.into_par_iter().map(|(right, rp, own)| one(pack, &program, right, rp, &own, effort)).collect();
    let mut out = Outcome::default();
    each.into_iter().for_each(|o| out.add(o));
    out
}

/// How often each right's verdict is the same under every completion of a foyer and is reported unknown nevertheless, in
/// the order of the rights.
#[must_use]
pub fn converse(pack: &Pack, effort: Effort) -> Vec<Rate> {
    let program = Program::compile(pack);
    let jobs: Vec<(&Right, &RightProgram)> = pack.rights.iter().zip(&program.rights).collect();
    let rate = |(right, rp): (&Right, &RightProgram)| {
        let cx = Context::new(pack, &program, right, rp, &[]);
        let limits = Limits::of(pack, right);
        let households = foyers::of(&cx, &limits, effort.foyers, Chance::new(effort.seed, &right.id));
        let mut maker = Maker::new(pack, &cx.reads, &limits, Chance::new(effort.seed, &format!("{}.reciproque", right.id)));
        let mut out = Rate { right: right.id.clone(), ..Rate::default() };
        for block in households.chunks(BLOCK) {
            let r = converse::measure(&cx, block, &mut maker);
            (out.foyers, out.completions) = (out.foyers + r.foyers, out.completions + r.completions);
            (out.same, out.missed) = (out.same + r.same, out.missed + r.missed);
        }
        out
    };
    jobs.into_par_iter().map(rate).collect()
}

/// The claims of one right.
fn one(pack: &Pack, program: &Program, right: &Right, rp: &RightProgram, nodes: &[Nodes], effort: Effort) -> Outcome {
    let cx = Context::new(pack, program, right, rp, nodes);
    let limits = Limits::of(pack, right);
    let mut out = Outcome { properties: right.properties.len(), ..Outcome::default() };
    let households = foyers::of(&cx, &limits, effort.foyers, Chance::new(effort.seed, &right.id));
    for (property, nodes) in right.properties.iter().zip(nodes) {
        let mut maker = Maker::new(pack, &cx.reads, &limits, Chance::new(effort.seed, &format!("{}.{}", right.id, property.id)));
        let mut tried = Tried::default();
        for block in households.chunks(BLOCK) {
            let t = trial(&cx, property, *nodes, block, &mut maker);
            (tried.foyers, tried.tested) = (tried.foyers + t.foyers, tried.tested + t.tested);
            if let Some((household, moved)) = t.broken {
                out.faults.push(told(&cx, property, *nodes, Example { household, moved }));
                tried.tested += 1;
                break;
            }
        }
        out.trials += tried.foyers;
        out.tested += tried.tested;
        if tried.tested == 0 {
            out.faults.push(untested(right, property, tried.foyers));
        }
    }
    let mut maker = Maker::new(pack, &cx.reads, &limits, Chance::new(effort.seed, &format!("{}.certain", right.id)));
    for block in households.chunks(BLOCK) {
        let t = certain::certain(&cx, block, &mut maker);
        (out.partial, out.completions, out.settled) = (out.partial + t.partial, out.completions + t.completions, out.settled + t.settled);
        if let Some(broken) = t.broken {
            out.faults.push(contradicted(&cx, &broken));
            break;
        }
    }
    out
}

/// How many foyers of a block were asked, how many put the claim to the test, and what broke it.
struct Trial {
    foyers: usize,
    tested: usize,
    broken: Option<(Household, Option<along::Move>)>,
}

fn trial(cx: &Context<'_>, property: &Property, nodes: Nodes, block: &[Household], maker: &mut Maker<'_>) -> Trial {
    if let Some(fact) = property.along() {
        let t = along::along(cx, property, nodes, fact, block, maker);
        return Trial { foyers: t.foyers, tested: t.tested, broken: t.broken.map(|(h, m)| (h, Some(m))) };
    }
    let done = cx.evaluate(block);
    let mut out = Trial { foyers: block.len(), tested: 0, broken: None };
    for (f, household) in block.iter().enumerate() {
        let seen: Vec<_> = cx.rows(&done, f).into_iter().map(|(row, _)| cx.seen(&done, row, nodes)).collect();
        out.tested += usize::from(seen.iter().any(|s| Nodes::tests(property, *s)));
        if out.broken.is_none() && seen.iter().any(|s| cx.judge(property, *s).is_some()) {
            out.broken = Some((household.clone(), None));
        }
    }
    out
}

fn told(cx: &Context<'_>, property: &Property, nodes: Nodes, example: Example) -> Diagnostic {
    let (small, said) = shrink::shrink(cx, property, nodes, example);
    let (right, on) = (cx.right, date::format(cx.pack.on));
    let mut help = format!("contre-exemple inventé, le {on}, le reste nul :{}", told::household(cx, &small.household));
    help += &small.moved.map_or_else(String::new, |m| told::moved(cx, m));
    let message = format!("`{}` ne tient pas sa propriété `{}` : {said}", right.id, property.id);
    Diagnostic::error("R-062", &right.place.0, property.span, message).help(help)
}

fn untested(right: &Right, property: &Property, foyers: usize) -> Diagnostic {
    let message = format!("la propriété `{}` n'a été mise à l'épreuve par aucun des {foyers} foyers inventés", property.id);
    Diagnostic::warning("R-063", &right.place.0, property.span, message)
        .help("vérifier que sa condition peut être remplie ; un cas d'école proche donne des foyers qui s'en approchent")
}

fn contradicted(cx: &Context<'_>, (partial, whole, said): &(Household, Household, String)) -> Diagnostic {
    let right = cx.right;
    let message = format!("`{}` : un verdict établi ne tient pas une fois le foyer complété ({said})", right.id);
    let help = format!("connu :{}\n  complété :{}", told::household(cx, partial), told::household(cx, whole));
    Diagnostic::error("R-064", &right.place.0, right.place.1, message).help(help)
}
