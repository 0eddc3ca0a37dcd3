//! Computations in an order where each comes after those that it uses; circles refused with their path.

use super::Calc;
use crate::diagnostic::{Diagnostic, Span};
use crate::document::span_of;
use crate::typed::{Node, Typed};
use crate::vocabulary::Vocabulary;
use std::collections::BTreeMap;

/// Formulas nested deeper than this, through all the computations that they use, are refused: no rule needs it,
/// and every evaluator may go down them on an ordinary stack.
const MAX_HEIGHT: usize = 600;

/// What is put in order: the computations first, then the facts that follow from others.
struct Graph<'a> {
    calcs: &'a [Calc],
    derived: Vec<(usize, &'a Typed)>,
    vocabulary: &'a Vocabulary,
}

impl<'a> Graph<'a> {
    fn len(&self) -> usize {
        self.calcs.len() + self.derived.len()
    }

    fn body(&self, i: usize) -> Option<&'a Typed> {
        self.calcs.get(i).map(|c| &c.body).or_else(|| self.derived.get(i.checked_sub(self.calcs.len())?).map(|d| d.1))
    }

    fn uses(&self, i: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let Some(body) = self.body(i) else { return out };
        body.walk(&mut |n| match n.node {
            Node::Calc(c, _) => out.push(c),
            Node::Input(v, _) => out.extend(self.derived.binary_search_by_key(&v, |d| d.0).ok().map(|d| self.calcs.len() + d)),
            _ => {}
        });
        out
    }

    fn fact(&self, i: usize) -> Option<&'a crate::vocabulary::Variable> {
        let (fact, _) = self.derived.get(i.checked_sub(self.calcs.len())?)?;
        self.vocabulary.variables.get(*fact)
    }

    fn name(&self, i: usize) -> &'a str {
        self.calcs.get(i).map(|c| c.name.as_str()).or_else(|| self.fact(i).map(|v| v.name.as_str())).unwrap_or("?")
    }

    fn place(&self, i: usize) -> (String, Span) {
        let derive = |v: &'a crate::vocabulary::Variable| v.derive.as_ref().map(|(text, file)| (file.clone(), span_of(text)));
        self.calcs.get(i).map(|c| c.place.clone()).or_else(|| self.fact(i).and_then(derive)).unwrap_or_default()
    }

    fn circle(&self, path: &[(usize, usize)], back_to: usize) -> Diagnostic {
        let from = path.iter().position(|(c, _)| *c == back_to).unwrap_or(0);
        let circle = path.get(from..).unwrap_or_default();
        let mut names: Vec<&str> = circle.iter().map(|(c, _)| self.name(*c)).collect();
        names.push(self.name(back_to));
        // A computation that the author wrote has a place; one put together from others has none.
        let at = circle.iter().map(|(c, _)| self.place(*c)).find(|p| p.1 != Span::default());
        let (file, span) = at.unwrap_or_else(|| self.place(back_to));
        Diagnostic::error("R-030", &file, span, format!("calcul circulaire : {}", names.join(" → ")))
            .help("rompre le cercle : lire un montant reçu (`recu_…`) plutôt que le droit calculé")
    }
}

/// The order, as positions in `calcs`.
///
/// # Errors
/// The circle found, with its path, or a chain of computations that goes too deep.
pub fn order(calcs: &[Calc], derived: &BTreeMap<usize, Typed>, vocabulary: &Vocabulary) -> Result<Vec<usize>, Diagnostic> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let graph = Graph { calcs, derived: derived.iter().map(|(v, t)| (*v, t)).collect(), vocabulary };
    let edges: Vec<Vec<usize>> = (0..graph.len()).map(|i| graph.uses(i)).collect();
    let mut marks = vec![Mark::New; graph.len()];
    let mut heights = vec![0usize; graph.len()];
    let mut done = Vec::with_capacity(calcs.len());
    for start in 0..graph.len() {
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
                    let below = edges.get(at).into_iter().flatten().filter_map(|e| heights.get(*e)).max().copied().unwrap_or(0);
                    let height = below + graph.body(at).map_or(0, Typed::height);
                    if height > MAX_HEIGHT {
                        let (file, span) = graph.place(at);
                        return Err(Diagnostic::error(
                            "R-033",
                            &file,
                            span,
                            format!("`{}` repose sur trop de calculs enchaînés", graph.name(at)),
                        )
                        .help("raccourcir la chaîne : un calcul en lit peu d'autres à la suite"));
                    }
                    if let (Some(m), Some(h)) = (marks.get_mut(at), heights.get_mut(at)) {
                        (*m, *h) = (Mark::Done, height);
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
                        Some(Mark::Open) => return Err(graph.circle(&path, next)),
                        _ => {}
                    }
                }
            }
        }
    }
    done.retain(|i| *i < calcs.len());
    Ok(done)
}
