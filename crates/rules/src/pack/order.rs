//! Computations in an order where each comes after those that it uses; circles refused with their path.

use super::Calc;
use crate::diagnostic::Diagnostic;
use crate::typed::{Node, Typed};
use std::collections::BTreeMap;

fn uses(t: &Typed, derived: &BTreeMap<usize, Typed>, out: &mut Vec<usize>) {
    t.walk(&mut |n| match n.node {
        Node::Calc(c, _) => out.push(c),
        // A derived fact may itself use computations.
        Node::Input(v, _) => {
            if let Some(d) = derived.get(&v) {
                d.walk(&mut |n| {
                    if let Node::Calc(c, _) = n.node {
                        out.push(c);
                    }
                });
            }
        }
        _ => {}
    });
}

/// The order, as positions in `calcs`.
///
/// # Errors
/// The circle found, with its path.
pub fn order(calcs: &[Calc], derived: &BTreeMap<usize, Typed>) -> Result<Vec<usize>, Diagnostic> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let edges: Vec<Vec<usize>> = calcs
        .iter()
        .map(|c| {
            let mut v = Vec::new();
            uses(&c.body, derived, &mut v);
            v
        })
        .collect();
    let mut marks = vec![Mark::New; calcs.len()];
    let mut done = Vec::with_capacity(calcs.len());
    for start in 0..calcs.len() {
        // An explicit stack: (computation, next edge to follow).
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if marks.get(start) != Some(&Mark::New) {
            continue;
        }
        while let Some((at, edge)) = path.last().copied() {
            if let Some(m) = marks.get_mut(at) {
                *m = Mark::Open;
            }
            match edges.get(at).and_then(|e| e.get(edge)).copied() {
                None => {
                    if let Some(m) = marks.get_mut(at) {
                        *m = Mark::Done;
                    }
                    done.push(at);
                    path.pop();
                }
                Some(next) => {
                    if let Some(top) = path.last_mut() {
                        top.1 += 1;
                    }
                    match marks.get(next) {
                        Some(Mark::New) => path.push((next, 0)),
                        Some(Mark::Open) => return Err(circle(calcs, &path, next)),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(done)
}

fn circle(calcs: &[Calc], path: &[(usize, usize)], back_to: usize) -> Diagnostic {
    let name = |i: usize| calcs.get(i).map_or("?", |c| c.name.as_str());
    let from = path.iter().position(|(c, _)| *c == back_to).unwrap_or(0);
    let mut names: Vec<&str> = path.iter().skip(from).map(|(c, _)| name(*c)).collect();
    names.push(name(back_to));
    let (file, span) = calcs.get(back_to).map_or((String::new(), crate::diagnostic::Span::default()), |c| c.place.clone());
    Diagnostic::error("R-030", &file, span, format!("calcul circulaire : {}", names.join(" → ")))
        .help("rompre le cercle : lire un montant reçu (`recu_…`) plutôt que le droit calculé")
}
