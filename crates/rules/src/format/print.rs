//! A tree as text, by the one layout: keys in the order of [`crate::shape`], quotes where a text is a sentence,
//! rows on one line, long expressions folded.

use super::expression;
use super::tree::{Above, Entry, Node, Tree, What};
use crate::diagnostic::Diagnostic;
use crate::lexer::LexError;
use crate::shape::{Shape, Value};
use std::fmt::Write as _;

/// Longest line, where words allow.
const WIDTH: usize = 130;

/// Longest row: a table is read down its columns, and a row is not broken for a long source.
const ROW: usize = 200;

type Fault = Box<Diagnostic>;

/// The text of a tree whose root has the keys of `shape`.
///
/// # Errors
/// `R-019` for an expression that does not read.
pub fn print(file: &str, tree: &Tree, shape: &'static Shape) -> Result<String, Fault> {
    let mut p = Printer { file, out: String::new() };
    if let What::Map(entries) = &tree.root.what {
        // What stands at the top of the file stays there, whatever key comes first.
        p.above(entries.first().map_or(&[], |e| &e.above), 0, true);
        let mut section = false;
        for (i, e) in ordered(entries, shape).into_iter().enumerate() {
            // Blank lines set sections apart, wherever the author put them.
            let before = std::mem::replace(&mut section, is_section(e, value_of(shape, e)));
            if i > 0 && (before || section) {
                p.out.push('\n');
            }
            if !entries.first().is_some_and(|f| std::ptr::eq(f, e)) {
                let blank = |a: &&Above| **a == Above::Blank;
                let lead = e.above.iter().take_while(blank).count();
                let tail = e.above.iter().rev().take_while(blank).count();
                p.above(e.above.get(lead..e.above.len() - tail).unwrap_or_default(), 0, false);
            }
            p.entry(e, value_of(shape, e), 0, "")?;
        }
    }
    p.above(&tree.below, 0, false);
    let end = p.out.trim_end().len();
    p.out.truncate(end);
    p.out.push('\n');
    Ok(p.out)
}

fn ordered<'a>(entries: &'a [Entry], shape: &Shape) -> Vec<&'a Entry> {
    let rank = |e: &Entry| e.key.as_ref().and_then(|k| shape.key(k)).map_or(usize::MAX, |k| k.0);
    let mut out: Vec<&Entry> = entries.iter().collect();
    out.sort_by_key(|e| rank(e));
    out
}

/// Whether the value of a key of the file takes lines of its own.
fn is_section(e: &Entry, value: Value) -> bool {
    match (&e.value.what, value) {
        (What::List(entries), Value::Many(_) | Value::People | Value::Sentences) => !entries.is_empty(),
        (What::Map(entries), Value::One(shape)) => !entries.is_empty() && !shape.row,
        _ => false,
    }
}

fn value_of(shape: &Shape, e: &Entry) -> Value {
    let value = e.key.as_ref().and_then(|k| shape.key(k)).map_or(Value::Sentence, |k| k.1.value);
    match (value, &e.value.what) {
        (Value::NamesOrOne(shape), What::Map(_)) => Value::One(shape),
        (Value::NamesOrOne(_) | Value::NameOrNames, What::List(_)) => Value::Names,
        (Value::NamesOrOne(_) | Value::NameOrNames, What::Scalar(..)) => Value::Name,
        (value, _) => value,
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Whether a text is read as itself when written bare.
fn bare(text: &str) -> bool {
    let name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    name || crate::date::parse(text).is_some() || number(text)
}

/// A decimal without needless zero before it: `01004` is a code.
fn number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && part.is_none_or(all) && (whole == "0" || !whole.starts_with('0'))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

struct Printer<'a> {
    file: &'a str,
    out: String,
}

impl Printer<'_> {
    fn above(&mut self, above: &[Above], indent: usize, top: bool) {
        for a in above {
            match a {
                Above::Blank if top && self.out.is_empty() => {}
                Above::Blank => self.out.push('\n'),
                Above::Comment(c) => {
                    let _ = writeln!(self.out, "{:indent$}{c}", "");
                }
            }
        }
    }

    fn unreadable(&self, node: &Node, e: &LexError) -> Fault {
        Box::new(Diagnostic::error("R-019", self.file, node.span, e.message.clone()).help("corriger d'abord cette expression"))
    }

    /// A scalar on one line.
    fn scalar(&self, node: &Node, text: &str, plain: bool, value: Value) -> Result<String, Fault> {
        // No value at all: a text would be one.
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Ok("null".into());
        }
        Ok(match value {
            Value::Expression => {
                let line = expression::one_line(text).map_err(|e| self.unreadable(node, &e))?;
                format!("\"{line}\"")
            }
            Value::Sentence | Value::Sentences | Value::Window => quoted(text),
            Value::Flag | Value::Count if plain => text.to_owned(),
            _ if bare(text) => text.to_owned(),
            _ => quoted(text),
        })
    }

    /// A value on one line, when it has no comment inside.
    fn flow(&self, node: &Node, value: Value) -> Result<String, Fault> {
        match (&node.what, value) {
            (What::Scalar(text, plain), _) => self.scalar(node, text, *plain, value),
            (What::Map(entries), Value::One(shape) | Value::Many(shape)) => {
                let parts = ordered(entries, shape)
                    .into_iter()
                    .map(|e| Ok(format!("{}: {}", e.key.as_deref().unwrap_or_default(), self.flow(&e.value, value_of(shape, e))?)));
                Ok(braces(&parts.collect::<Result<Vec<_>, Fault>>()?))
            }
            (What::Map(entries), _) => {
                let parts = entries.iter().map(|e| {
                    let key = e.key.as_deref().unwrap_or_default();
                    let key = if bare(key) { key.to_owned() } else { quoted(key) };
                    Ok(format!("{key}: {}", self.flow(&e.value, Value::Name)?))
                });
                Ok(braces(&parts.collect::<Result<Vec<_>, Fault>>()?))
            }
            (What::List(entries), _) => Ok(format!("[{}]", self.items(entries, value)?.join(", "))),
        }
    }

    /// The elements of a list on one line. Names stand all between quotes as soon as one needs them; a code of
    /// digits does.
    fn items(&self, entries: &[Entry], value: Value) -> Result<Vec<String>, Fault> {
        let of = match value {
            Value::Entries => Value::Number,
            Value::Names => {
                let name = |e: &Entry| matches!(&e.value.what, What::Scalar(t, _) if bare(t) && !number(t));
                if entries.iter().all(name) { Value::Name } else { Value::Sentence }
            }
            other => other,
        };
        entries.iter().map(|e| self.flow(&e.value, of)).collect()
    }

    /// `key: value`, with the prefix that begins its line (`- ` for the first key of an element).
    fn entry(&mut self, e: &Entry, value: Value, indent: usize, dash: &str) -> Result<(), Fault> {
        let key = e.key.as_deref().unwrap_or_default();
        let key = if bare(key) { key.to_owned() } else { quoted(key) };
        let start = indent.saturating_sub(length(dash));
        let _ = write!(self.out, "{:start$}{dash}{key}:", "");
        let comment = e.right.as_ref().map_or_else(String::new, |c| format!(" {c}"));
        self.value(&e.value, value, indent, length(&key) + 1, &comment)
    }

    /// What follows `key:` or `-`: on the same line, or below. `used` columns of the line are taken beyond `indent`.
    fn value(&mut self, node: &Node, value: Value, indent: usize, used: usize, comment: &str) -> Result<(), Fault> {
        let column = indent + used + 1;
        match &node.what {
            What::Scalar(text, plain) => {
                let line = self.scalar(node, text, *plain, value)?;
                if column + length(&line) <= WIDTH {
                    let _ = writeln!(self.out, " {line}{comment}");
                    return Ok(());
                }
                let room = WIDTH.saturating_sub(indent + 2);
                let lines = match value {
                    Value::Expression => expression::lines(text, room).map_err(|e| self.unreadable(node, &e))?,
                    Value::Sentence | Value::Sentences if wraps(text) => wrapped(text.split(' ').map(str::to_owned), room),
                    _ => vec![],
                };
                if lines.is_empty() {
                    let _ = writeln!(self.out, " {line}{comment}");
                } else {
                    let _ = writeln!(self.out, " >-{comment}");
                    for l in lines {
                        let _ = writeln!(self.out, "{:1$}{l}", "", indent + 2);
                    }
                }
                Ok(())
            }
            What::List(entries) | What::Map(entries) if entries.is_empty() => {
                let empty = if matches!(node.what, What::List(_)) { "[]" } else { "{}" };
                let _ = writeln!(self.out, " {empty}{comment}");
                Ok(())
            }
            What::Map(entries) => {
                let shape = if let Value::One(s) | Value::Many(s) = value { Some(s) } else { None };
                if shape.is_none_or(|s| s.row) && !node.has_comments() {
                    let line = self.flow(node, value)?;
                    if column + length(&line) <= longest_row(entries, shape) {
                        let _ = writeln!(self.out, " {line}{comment}");
                        return Ok(());
                    }
                }
                let _ = writeln!(self.out, "{comment}");
                self.keys(entries, shape, indent + 2, "")
            }
            What::List(entries) => self.list(node, entries, value, indent, used, comment),
        }
    }

    fn list(&mut self, node: &Node, entries: &[Entry], value: Value, indent: usize, used: usize, comment: &str) -> Result<(), Fault> {
        if matches!(value, Value::Names | Value::Entries) && !node.has_comments() {
            let line = self.flow(node, value)?;
            if indent + used + 1 + length(&line) <= WIDTH {
                let _ = writeln!(self.out, " {line}{comment}");
                return Ok(());
            }
            let items = self.items(entries, value)?;
            let last = items.len() - 1;
            let items = items.into_iter().enumerate().map(|(i, t)| if i == last { t } else { t + "," });
            let _ = writeln!(self.out, " [{comment}");
            for l in wrapped(items, WIDTH - indent - 2) {
                let _ = writeln!(self.out, "{:1$}{l}", "", indent + 2);
            }
            let _ = writeln!(self.out, "{:indent$}]", "");
            return Ok(());
        }
        let _ = writeln!(self.out, "{comment}");
        let inner = indent + 2;
        for e in entries {
            self.above(&e.above, inner, false);
            let right = e.right.as_ref().map_or_else(String::new, |c| format!(" {c}"));
            if let What::Map(keys) = &e.value.what {
                let shape = if let Value::Many(s) = value { Some(s) } else { None };
                let row = shape.is_none_or(|s| s.row) && !e.value.has_comments();
                let line = if row { self.flow(&e.value, value)? } else { String::new() };
                let fits = row && inner + 2 + length(&line) <= longest_row(keys, shape);
                if keys.is_empty() || fits {
                    let line = if keys.is_empty() { "{}" } else { &line };
                    let _ = writeln!(self.out, "{:inner$}- {line}{right}", "");
                } else {
                    // The comment of a row stands above it once it is one no more.
                    if let Some(c) = &e.right {
                        self.above(&[Above::Comment(c.clone())], inner, false);
                    }
                    self.keys(keys, shape, inner + 2, "- ")?;
                }
            } else {
                let _ = write!(self.out, "{:inner$}-", "");
                self.value(&e.value, value, inner + 2, 0, &right)?;
            }
        }
        Ok(())
    }

    /// The keys of a map, one below the other; the first begins with `dash`.
    fn keys(&mut self, entries: &[Entry], shape: Option<&'static Shape>, indent: usize, dash: &str) -> Result<(), Fault> {
        let all: Vec<&Entry> = shape.map_or_else(|| entries.iter().collect(), |s| ordered(entries, s));
        for (i, e) in all.into_iter().enumerate() {
            // Between the keys of an element only comments remain.
            let above: Vec<Above> = e.above.iter().filter(|a| **a != Above::Blank).cloned().collect();
            let dash = if i == 0 { dash } else { "" };
            if dash.is_empty() {
                self.above(&above, indent, false);
            } else {
                self.above(&above, indent.saturating_sub(2), false);
            }
            self.entry(e, shape.map_or(Value::Name, |s| value_of(s, e)), indent, dash)?;
        }
        Ok(())
    }
}

fn braces(parts: &[String]) -> String {
    if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// Longest row of these keys: a formula that somebody has to read is not hidden at the end of one.
fn longest_row(entries: &[Entry], shape: Option<&Shape>) -> usize {
    let formula = |e: &Entry, s: &Shape| matches!((&e.value.what, value_of(s, e)), (What::Scalar(t, _), Value::Expression) if t.len() > 40);
    if shape.is_some_and(|s| entries.iter().any(|e| formula(e, s))) { WIDTH } else { ROW }
}

/// Whether a sentence may be folded: its words are apart by single spaces.
fn wraps(text: &str) -> bool {
    !text.contains(['\n', '\t', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        && text.split(' ').all(|w| !w.is_empty())
        && !text.starts_with(|c: char| c.is_whitespace())
        && !text.chars().any(char::is_control)
}

/// Words on lines of at most `width` characters.
fn wrapped(words: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for w in words {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(&w) <= width => {
                line.push(' ');
                *line += &w;
            }
            _ => lines.push(w),
        }
    }
    lines
}
