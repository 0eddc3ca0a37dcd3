//! A rule file as a tree that keeps its comments and its blank lines: what [`super::print`] writes again.

use crate::diagnostic::{Diagnostic, Span};
use granit_parser::{Event, Parser, ScalarStyle, Span as Place};
use std::collections::BTreeMap;

/// What stands above an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// One blank line, or several.
    Blank,
    /// A comment, from its `#`.
    Comment(String),
}

/// A value.
#[derive(Debug)]
pub struct Node {
    pub what: What,
    /// Bytes of the file.
    pub span: Span,
}

/// Kinds of values.
#[derive(Debug)]
pub enum What {
    /// A text, and whether it was written bare.
    Scalar(String, bool),
    /// A list.
    List(Vec<Entry>),
    /// Keys and values.
    Map(Vec<Entry>),
}

/// One key and its value, or one element of a list (without key).
#[derive(Debug)]
pub struct Entry {
    pub above: Vec<Above>,
    pub key: Option<String>,
    pub value: Node,
    /// Comment at the end of its line.
    pub right: Option<String>,
}

/// A file.
#[derive(Debug)]
pub struct Tree {
    pub root: Node,
    /// After the last entry.
    pub below: Vec<Above>,
}

impl Node {
    /// Whether a comment stands somewhere below.
    pub fn has_comments(&self) -> bool {
        let (What::List(entries) | What::Map(entries)) = &self.what else { return false };
        entries.iter().any(|e| e.right.is_some() || e.above.iter().any(|a| *a != Above::Blank) || e.value.has_comments())
    }
}

type Fault = Box<Diagnostic>;

/// Reads a file that [`crate::document::read`] accepts.
///
/// # Errors
/// `R-070` for what cannot be written again without loss: a comment inside braces, a tag, a directive.
pub fn read(file: &str, text: &str) -> Result<Tree, Fault> {
    let mut reader = Reader {
        file,
        text,
        lines: text.split('\n').collect(),
        events: Vec::new(),
        at: 0,
        own: BTreeMap::new(),
        right: BTreeMap::new(),
        line: 0,
        flow: 0,
    };
    reader.scan()?;
    let root = reader.node()?;
    let below = reader.above(reader.lines.len() + 1);
    if let Some((_, (_, span))) = reader.own.iter().chain(&reader.right).next() {
        return Err(reader.refuse(*span, "ce commentaire ne peut pas être gardé à sa place", "le mettre au-dessus de la clé ou du tiret"));
    }
    Ok(Tree { root, below })
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    lines: Vec<&'a str>,
    events: Vec<(Event<'a>, Place)>,
    at: usize,
    /// Comments alone on their line, by line from 1, until they find their place.
    own: BTreeMap<usize, (String, Span)>,
    /// Comments at the end of a line.
    right: BTreeMap<usize, (String, Span)>,
    /// Last line read.
    line: usize,
    /// Braces and brackets around.
    flow: usize,
}

fn bytes(p: Place) -> Span {
    p.byte_range().map_or_else(Span::default, |r| Span::new(r.start, r.end))
}

impl<'a> Reader<'a> {
    fn refuse(&self, span: Span, message: &str, help: &str) -> Fault {
        Box::new(Diagnostic::error("R-070", self.file, span, format!("mise en forme impossible : {message}")).help(help))
    }

    fn scan(&mut self) -> Result<(), Fault> {
        for next in Parser::new_from_str(self.text) {
            let Ok((event, place)) = next else {
                return Err(self.refuse(Span::default(), "ce fichier ne se lit pas", "corriger d'abord ce que dit `recours check`"));
            };
            match event {
                Event::Comment(..) => {
                    let line = place.start.line();
                    let alone = self.lines.get(line - 1).is_some_and(|l| l.trim_start().starts_with('#'));
                    let comment = place.slice(self.text).unwrap_or_default().trim_end().to_owned();
                    if alone { &mut self.own } else { &mut self.right }.insert(line, (comment, bytes(place)));
                }
                Event::DocumentStart(_, Some(_)) => {
                    return Err(self.refuse(bytes(place), "une directive de YAML", "la retirer"));
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => self.events.push((event, place)),
            }
        }
        Ok(())
    }

    /// Blank lines and comments before a line, from the last line read.
    fn above(&mut self, line: usize) -> Vec<Above> {
        let mut out = Vec::new();
        for l in self.line + 1..line {
            if let Some((comment, _)) = self.own.remove(&l) {
                out.push(Above::Comment(comment));
            } else if self.lines.get(l - 1).is_some_and(|t| t.trim().is_empty()) && out.last() != Some(&Above::Blank) {
                out.push(Above::Blank);
            }
        }
        self.line = self.line.max(line);
        out
    }

    fn peek(&self) -> Option<&(Event<'a>, Place)> {
        self.events.get(self.at)
    }

    fn next(&mut self) -> Option<(Event<'a>, Place)> {
        let e = self.events.get(self.at).cloned();
        self.at += 1;
        e
    }

    fn node(&mut self) -> Result<Node, Fault> {
        let Some((event, place)) = self.next() else {
            return Err(self.refuse(Span::default(), "ce fichier est vide", "écrire une règle"));
        };
        if event.tag().is_some() || event.anchor_id().is_some() || event.is_alias() {
            return Err(self.refuse(bytes(place), "une étiquette, une ancre ou un alias de YAML", "écrire la valeur elle-même"));
        }
        let what = match event {
            Event::Scalar(text, style, ..) => {
                self.line = self.line.max(self.last_line(place, style));
                What::Scalar(text.into_owned(), style == ScalarStyle::Plain)
            }
            Event::SequenceStart(style, ..) => What::List(self.entries(style == granit_parser::StructureStyle::Flow, false)?),
            Event::MappingStart(style, ..) => What::Map(self.entries(style == granit_parser::StructureStyle::Flow, true)?),
            _ => return Err(self.refuse(bytes(place), "une suite inattendue", "comparer avec un fichier voisin")),
        };
        Ok(Node { what, span: bytes(place) })
    }

    /// Entries up to the end of a list or of a map.
    fn entries(&mut self, flow: bool, keyed: bool) -> Result<Vec<Entry>, Fault> {
        self.flow += usize::from(flow);
        let mut out: Vec<Entry> = Vec::new();
        loop {
            match self.peek() {
                Some((Event::SequenceEnd | Event::MappingEnd, place)) => {
                    // A closing brace or bracket may stand on a line of its own; the end of a block is where the next begins.
                    if flow {
                        self.line = self.line.max(place.end.line());
                    }
                    self.at += 1;
                    self.flow -= usize::from(flow);
                    return Ok(out);
                }
                Some((_, place)) => {
                    let line = place.start.line();
                    // Inside braces comments are left, and refused at the end.
                    let above = if self.flow == 0 { self.above(line) } else { Vec::new() };
                    let key = if keyed { Some(self.key()?) } else { None };
                    let block = !self.next_is_flow();
                    let mut value = self.node()?;
                    let mut entry_above = above;
                    if !keyed {
                        hoist(&mut value, &mut entry_above);
                    }
                    let right = if self.flow == 0 { self.right_of(line, block) } else { None };
                    out.push(Entry { above: entry_above, key, value, right });
                }
                None => return Err(self.refuse(Span::default(), "ce fichier finit trop tôt", "comparer avec un fichier voisin")),
            }
        }
    }

    fn next_is_flow(&self) -> bool {
        let flow = granit_parser::StructureStyle::Flow;
        matches!(self.peek(), Some((Event::SequenceStart(s, ..) | Event::MappingStart(s, ..), _)) if *s == flow)
    }

    /// The comment at the end of the last line read, else of the line where an entry begins whose value stands below.
    fn right_of(&mut self, line: usize, block: bool) -> Option<String> {
        let first = |s: &mut Self| if block { s.right.remove(&line) } else { None };
        self.right.remove(&self.line).or_else(|| first(self)).map(|c| c.0)
    }

    fn key(&mut self) -> Result<String, Fault> {
        match self.next() {
            Some((Event::Scalar(text, style, 0, None), place)) => {
                self.line = self.line.max(self.last_line(place, style));
                Ok(text.into_owned())
            }
            other => Err(self.refuse(other.map_or_else(Span::default, |o| bytes(o.1)), "une clé inattendue", "écrire `clé: valeur`")),
        }
    }

    /// The last line of a scalar: one in block style ends before the blank lines that follow it.
    fn last_line(&self, place: Place, style: ScalarStyle) -> usize {
        let (start, mut end) = (place.start.line(), place.end.line());
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            end = start + place.slice(self.text).map_or(0, |s| s.trim_end().matches('\n').count());
            let empty = |l: usize| self.lines.get(l - 1).is_none_or(|t| t.trim().is_empty());
            while end > start && (empty(end) || self.own.contains_key(&end)) {
                end -= 1;
            }
        }
        end.max(start)
    }
}

/// What stands above the first key of a list's element stands above the element.
fn hoist(value: &mut Node, above: &mut Vec<Above>) {
    if let What::Map(entries) = &mut value.what
        && let Some(first) = entries.first_mut()
    {
        above.append(&mut first.above);
    }
}
