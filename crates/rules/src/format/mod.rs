//! `recours fmt`: one layout for rule files. What a file means, and each of its comments, stays.
//!
//! [`tree`] reads with the YAML reader of the rules, comments included; [`print`] writes. Before a text is given
//! back it is read again: same meaning, same comments, and the same text once more, or the file is refused.

pub mod expression;
mod print;
mod tree;

use crate::diagnostic::{Diagnostic, Span};
use crate::document::{self, Document};
use crate::lexer;
use crate::shape::{
    CALCULATIONS, CAPACITIES, CATALOGUE, CHANNELS, CLASSES, FRAME, OVERLAY, PARAMETERS, PREREQUISITES, RIGHT, SERVICES, Shape, TEXTS,
    TYPES, VOCABULARY, Value,
};
use tree::{Above, Entry, Node, Tree, What};

/// A rule file in the one layout.
///
/// # Errors
/// What [`document::read`] refuses; `R-019` for an expression that does not read; `R-070` for what cannot be
/// written again without loss.
pub fn format(file: &str, text: &str) -> Result<String, Diagnostic> {
    let shape: &'static Shape = match document::read(file, text)? {
        Document::Right(_) => &RIGHT,
        Document::Calcs(_) => &CALCULATIONS,
        Document::Parameters(_) => &PARAMETERS,
        Document::Vocabulary(_) => &VOCABULARY,
        Document::Overlay(_) => &OVERLAY,
        Document::Procedure(_) => &CATALOGUE,
        Document::Prerequisites(_) => &PREREQUISITES,
        Document::Services(_) => &SERVICES,
        Document::Channels(_) => &CHANNELS,
        Document::Texts(_) => &TEXTS,
        Document::Types(_) => &TYPES,
        Document::Capacities(_) => &CAPACITIES,
        Document::Classes(_) => &CLASSES,
        Document::Frame(_) => &FRAME,
    };
    let lossy = || {
        let message = "mise en forme impossible : la suite ne serait pas relue à l'identique";
        Diagnostic::error("R-070", file, Span::default(), message).help("le signaler, avec le fichier de règles")
    };
    let before = tree::read(file, text).map_err(|d| *d)?;
    let out = print::print(file, &before, shape).map_err(|d| *d)?;
    let after = tree::read(file, &out).map_err(|_| lossy())?;
    let same = document::read(file, &out).is_ok()
        && meaning(&before.root, Value::One(shape)) == meaning(&after.root, Value::One(shape))
        && comments(&before) == comments(&after)
        && print::print(file, &after, shape).is_ok_and(|again| again == out);
    if same { Ok(out) } else { Err(lossy()) }
}

/// What a value says, whatever its layout: keys in alphabetical order, expressions as their words.
fn meaning(node: &Node, value: Value) -> String {
    let of = |e: &Entry, v: Value| format!("{:?}={}", e.key, meaning(&e.value, v));
    match &node.what {
        What::Scalar(text, _) if matches!(value, Value::Expression) => {
            lexer::tokens(text).map_or_else(|_| text.clone(), |t| format!("{:?}", t.into_iter().map(|t| t.0).collect::<Vec<_>>()))
        }
        What::Scalar(text, _) => format!("{text:?}"),
        What::List(entries) => format!("[{}]", entries.iter().map(|e| of(e, value)).collect::<Vec<_>>().join(",")),
        What::Map(entries) => {
            let shape = if let Value::One(s) | Value::Many(s) | Value::NamesOrOne(s) = value { Some(s) } else { None };
            let value_of = |e: &Entry| {
                let known = shape.and_then(|s| e.key.as_ref().and_then(|k| s.key(k)));
                known.map_or(Value::Name, |k| k.1.value)
            };
            let mut parts: Vec<String> = entries.iter().map(|e| of(e, value_of(e))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
    }
}

/// Every comment, in alphabetical order: keys may change places, and theirs with them.
fn comments(tree: &Tree) -> Vec<String> {
    fn collect(node: &Node, out: &mut Vec<String>) {
        if let What::List(entries) | What::Map(entries) = &node.what {
            for e in entries {
                take(&e.above, out);
                out.extend(e.right.clone());
                collect(&e.value, out);
            }
        }
    }
    fn take(above: &[Above], out: &mut Vec<String>) {
        out.extend(above.iter().filter_map(|a| if let Above::Comment(c) = a { Some(c.clone()) } else { None }));
    }
    let mut out = Vec::new();
    collect(&tree.root, &mut out);
    take(&tree.below, &mut out);
    out.sort();
    out
}
