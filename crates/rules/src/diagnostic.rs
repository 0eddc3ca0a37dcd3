//! What a rule author reads when a file has a fault: what, where, what to do.

use std::fmt;

/// A stretch of a source text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack works; something deserves attention.
    Warning,
}

/// One fault of a rule file, with its place and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, explained in the documentation (`R-012`).
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in French, without final stop.
    pub message: String,
    /// Name of the file as given by the caller.
    pub file: String,
    /// Bytes concerned in that file; empty when the whole file is.
    pub span: Span,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, file: &str, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: shortened(message.into()), file: file.into(), span, help: None }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: &'static str, file: &str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, span, message) }
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(shortened(text.into()));
        self
    }

    /// Line and column (both from 1, columns in characters) of the beginning in `source`.
    #[must_use]
    pub fn position(&self, source: &str) -> (usize, usize) {
        let before = source.get(..self.span.start.min(source.len())).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }

    /// The text shown to the author, with the faulty part underlined.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let label = match self.severity {
            Severity::Error => "erreur",
            Severity::Warning => "attention",
        };
        let (line, column) = self.position(source);
        let mut out = format!("{label}[{}] : {}\n  --> {}:{line}:{column}\n", self.code, self.message, self.file);
        if let Some(text) = source.lines().nth(line - 1)
            && self.span.end > self.span.start
        {
            let width = source.get(self.span.start..self.span.end).map_or(1, |s| s.lines().next().unwrap_or("").chars().count());
            let (shown, column, width) = excerpt(text, column - 1, width);
            let margin = line.to_string().len();
            out += &format!("{:margin$} |\n{line} | {shown}\n{:margin$} | {}{}\n", "", "", " ".repeat(column), "^".repeat(width));
        }
        if let Some(help) = &self.help {
            out += &format!("  aide : {help}\n");
        }
        out
    }
}

/// Longest line shown, in characters.
const LINE: usize = 160;

/// What is shown of a line: all of it, or what stands around the fault when it is long; with the first character
/// underlined (from 0) and how many are.
fn excerpt(line: &str, column: usize, width: usize) -> (String, usize, usize) {
    let length = line.chars().count();
    let width = width.clamp(1, length.saturating_sub(column).max(1));
    if length <= LINE {
        return (line.to_owned(), column, width);
    }
    let from = column.saturating_sub(LINE / 3);
    let part: String = line.chars().skip(from).take(LINE).collect();
    let (before, after) = (if from > 0 { "… " } else { "" }, if from + LINE < length { " …" } else { "" });
    let column = column - from + before.chars().count();
    (format!("{before}{part}{after}"), column, width.min(LINE - LINE / 3))
}

/// A message stays a sentence, even when the name that it quotes is a whole file.
fn shortened(text: String) -> String {
    const MOST: usize = 600;
    match text.char_indices().nth(MOST) {
        None => text,
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or("")),
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} : {}", self.code, self.file, self.message)
    }
}

/// No name that somebody mistyped is longer, and comparing long names takes long.
const LONGEST_NAME: usize = 64;

/// Names compared for one suggestion, at most.
const MOST_NAMES: usize = 2_000;

/// The known name closest to `wanted`, when one is close enough to be meant.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    if length > LONGEST_NAME {
        return None;
    }
    let limit = (length / 3).max(1);
    known
        .filter(|name| name.len() <= 4 * LONGEST_NAME && name.chars().count().abs_diff(length) <= limit)
        .take(MOST_NAMES)
        .map(|name| (distance(wanted, name), name))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Edit distance (insertions, deletions, substitutions, neighbouring swaps count two).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, cb) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let left = row.get(j).copied().unwrap_or(usize::MAX - 1);
            let best = (diagonal + usize::from(ca != *cb)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underlines_the_fault() {
        let source = "droit: rsa\nmontant: \"ressource\"\n";
        let d = Diagnostic::error("R-001", "x.yaml", Span::new(21, 30), "nom inconnu `ressource`").help("vouliez-vous dire `ressources` ?");
        assert_eq!(
            d.render(source),
            "erreur[R-001] : nom inconnu `ressource`\n  --> x.yaml:2:11\n  |\n2 | montant: \"ressource\"\n  |           ^^^^^^^^^\n  aide : vouliez-vous dire `ressources` ?\n"
        );
    }

    #[test]
    fn suggests_only_close_names() {
        assert_eq!(did_you_mean("ressource", ["ressources", "rsa"].into_iter()), Some("ressources"));
        assert_eq!(did_you_mean("xyz", ["ressources", "rsa"].into_iter()), None);
    }
}
