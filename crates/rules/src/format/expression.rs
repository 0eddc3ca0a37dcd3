//! One spelling and one layout for expressions: spaces, and where a long one is broken.
//!
//! Words, signs and parentheses stay as the author wrote them; only white space and the spelling of numbers are
//! settled. Lines break at the loosest operator first, and begin with it.

use crate::date;
use crate::lexer::{self, LexError, Token};
use crate::number;
use crate::parser;

const KEYWORDS: [&str; 8] = ["si", "alors", "sinon", "et", "ou", "non", "dans", "entre"];

/// Further lines of a broken part stand so far to the right.
const STEP: usize = 2;

/// A token as it is written, and whether it follows the one before without a space.
struct Tok {
    text: String,
    glued: bool,
}

impl Tok {
    fn is(&self, text: &str) -> bool {
        self.text == text
    }

    fn is_keyword(&self) -> bool {
        KEYWORDS.contains(&self.text.as_str())
    }

    fn is_operator(&self) -> bool {
        matches!(self.text.as_str(), "+" | "-" | "*" | "/" | "=" | "<>" | "<" | "<=" | ">" | ">=")
    }
}

/// The expression on one line.
///
/// # Errors
/// The first fault of an expression that does not read.
pub fn one_line(text: &str) -> Result<String, LexError> {
    Ok(flat(&toks(text)?))
}

/// The expression on lines of at most `width` characters, as far as its words allow.
///
/// # Errors
/// The first fault of an expression that does not read.
pub fn lines(text: &str, width: usize) -> Result<Vec<String>, LexError> {
    Ok(lay(&toks(text)?, Room { width, first: 0, last: 0 }))
}

fn toks(text: &str) -> Result<Vec<Tok>, LexError> {
    // What the parser accepts is neither long nor deep: the layout may go down it.
    parser::parse(text)?;
    let tokens = lexer::tokens(text)?;
    let mut out: Vec<Tok> = Vec::with_capacity(tokens.len());
    let mut brackets = 0usize;
    // What follows an opening sign, the minus of a negative number or the sign of an offset of months is glued to it.
    let mut glue_next = true;
    for (token, _) in &tokens {
        let text = match token {
            Token::Number(n) => number::format(*n),
            Token::Date(d) => date::format(*d),
            Token::Word(w) => w.clone(),
            Token::Symbol(s) => (*s).to_owned(),
        };
        let previous = out.last();
        let sign = matches!(text.as_str(), "+" | "-");
        let starts = previous.is_none_or(|p| p.is("(") || p.is(",") || p.is_operator() || p.is_keyword());
        let offset = sign && (brackets > 0 || previous.is_some_and(|p| p.is("M")));
        let unary = sign && starts;
        let called = text == "(" && previous.is_some_and(|p| is_word(p) && !p.is_keyword());
        let glued = glue_next || offset || called || matches!(text.as_str(), ")" | "]" | "," | "." | ".." | "[");
        glue_next = offset || unary || matches!(text.as_str(), "(" | "[" | "." | "..");
        match text.as_str() {
            "[" => brackets += 1,
            "]" => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        out.push(Tok { text, glued });
    }
    Ok(out)
}

fn is_word(t: &Tok) -> bool {
    t.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn flat(toks: &[Tok]) -> String {
    let mut out = String::new();
    for (i, t) in toks.iter().enumerate() {
        if i > 0 && !t.glued {
            out.push(' ');
        }
        out += &t.text;
    }
    out
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Columns for the lines of a part: the width, what already stands on its first line, what is to follow its last.
#[derive(Clone, Copy)]
struct Room {
    width: usize,
    first: usize,
    last: usize,
}

impl Room {
    fn holds(self, text: &str) -> bool {
        self.first + length(text) + self.last <= self.width
    }
}

/// Places of tokens at the outermost level.
fn outer(toks: &[Tok]) -> impl Iterator<Item = (usize, &Tok)> {
    let mut depth = 0usize;
    toks.iter().enumerate().filter(move |(_, t)| {
        if matches!(t.text.as_str(), ")" | "]") {
            depth = depth.saturating_sub(1);
        }
        let here = depth == 0;
        if matches!(t.text.as_str(), "(" | "[") {
            depth += 1;
        }
        here
    })
}

fn lay(toks: &[Tok], room: Room) -> Vec<String> {
    let whole = flat(toks);
    if room.holds(&whole) || toks.len() < 2 {
        return vec![whole];
    }
    if toks.first().is_some_and(|t| t.is("si")) {
        return choice(toks, room);
    }
    let parts = loosest(toks);
    if parts.len() > 1 {
        let word = parts.get(1).and_then(|p| p.first());
        return if word.is_some_and(|t| matches!(t.text.as_str(), "+" | "-" | "*" | "/")) {
            fill(&parts, room)
        } else {
            one_per_line(&parts, room)
        };
    }
    match toks {
        [non, rest @ ..] if non.is("non") => prefixed("non ", rest, room),
        [minus, rest @ ..] if minus.is("-") => prefixed("-", rest, room),
        _ => call(toks, room).unwrap_or_else(|| vec![whole]),
    }
}

/// A part whose first line begins with `prefix`; the others stand further to the right.
fn prefixed(prefix: &str, toks: &[Tok], room: Room) -> Vec<String> {
    let inner = Room { first: room.first + length(prefix), ..room };
    let whole = flat(toks);
    if inner.holds(&whole) {
        return vec![format!("{prefix}{whole}")];
    }
    // A call or a parenthesis sets its own lines further to the right.
    let step = if loosest(toks).len() > 1 || toks.first().is_some_and(|t| t.is("si") || t.is("non")) { STEP } else { 0 };
    let mut lines = lay(toks, Room { width: room.width.saturating_sub(step), ..inner }).into_iter();
    let first = lines.next().unwrap_or_default();
    std::iter::once(format!("{prefix}{first}")).chain(lines.map(|l| format!("{:step$}{l}", ""))).collect()
}

/// `si … alors …`, then `sinon …`; a chain of choices keeps one level.
fn choice(toks: &[Tok], room: Room) -> Vec<String> {
    let (mut depth, mut cuts) = (0usize, Vec::new());
    for (i, t) in outer(toks) {
        match t.text.as_str() {
            "si" => depth += 1,
            "alors" if depth == 1 && cuts.is_empty() => cuts.push(i),
            "sinon" if depth == 1 && cuts.len() == 1 => cuts.push(i),
            "sinon" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let [alors, sinon] = cuts.as_slice() else { return vec![flat(toks)] };
    let part = |from: usize, to: usize| toks.get(from + 1..to).unwrap_or_default();
    let middle = Room { last: 0, ..room };
    let together = flat(toks.get(..*sinon).unwrap_or_default());
    let mut out = if middle.holds(&together) {
        vec![together]
    } else {
        let mut lines = prefixed("si ", part(0, *alors), middle);
        lines.extend(prefixed("alors ", part(*alors, *sinon), Room { first: 0, ..middle }));
        lines
    };
    let other = part(*sinon, toks.len());
    let room = Room { first: 0, ..room };
    let prefix = "sinon ";
    if other.first().is_some_and(|t| t.is("si")) {
        let mut chain = choice(other, Room { first: length(prefix), ..room }).into_iter();
        out.push(format!("{prefix}{}", chain.next().unwrap_or_default()));
        out.extend(chain);
    } else {
        out.extend(prefixed(prefix, other, room));
    }
    out
}

/// The parts around the loosest operator of the outermost level; each but the first begins with it.
fn loosest(toks: &[Tok]) -> Vec<&[Tok]> {
    let mut between = false;
    let mut cuts: [Vec<usize>; 5] = Default::default();
    for (i, t) in outer(toks) {
        // Glued signs are those of negative numbers and of months.
        let sign = i > 0 && !t.glued && toks.get(i + 1).is_none_or(|n| !n.glued);
        let level = match t.text.as_str() {
            "ou" => 0,
            "et" if between => {
                between = false;
                continue;
            }
            "et" => 1,
            "entre" => {
                between = true;
                2
            }
            "=" | "<>" | "<" | "<=" | ">" | ">=" | "dans" => 2,
            "+" | "-" if sign => 3,
            "*" | "/" => 4,
            _ => continue,
        };
        if let Some(c) = cuts.get_mut(level) {
            c.push(i);
        }
    }
    let cuts = cuts.into_iter().find(|c| !c.is_empty()).unwrap_or_default();
    let mut out = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for at in cuts.into_iter().chain([toks.len()]) {
        out.extend(toks.get(from..at));
        from = at;
    }
    out
}

fn one_per_line(parts: &[&[Tok]], room: Room) -> Vec<String> {
    let mut out = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let room = Room { first: if i == 0 { room.first } else { 0 }, last: if i + 1 == parts.len() { room.last } else { 0 }, ..room };
        match part {
            [op, rest @ ..] if i > 0 => out.extend(prefixed(&format!("{} ", op.text), rest, room)),
            _ => out.extend(lay(part, room)),
        }
    }
    out
}

/// As many parts on a line as it holds.
fn fill(parts: &[&[Tok]], room: Room) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let last = if i + 1 == parts.len() { room.last } else { 0 };
        let piece = flat(part);
        let first = if lines.len() <= 1 { room.first } else { 0 };
        if let Some(line) = lines.last_mut()
            && first + length(line) + 1 + length(&piece) + last <= room.width
        {
            line.push(' ');
            *line += &piece;
            continue;
        }
        let first = if lines.is_empty() { room.first } else { 0 };
        let inner = Room { first, last, ..room };
        match part {
            [op, rest @ ..] if i > 0 => lines.extend(prefixed(&format!("{} ", op.text), rest, inner)),
            _ => lines.extend(lay(part, inner)),
        }
    }
    lines
}

/// `name(…)` or `(…)`: its arguments on as few lines as hold them.
fn call(toks: &[Tok], room: Room) -> Option<Vec<String>> {
    let open = toks.iter().position(|t| t.is("("))?;
    let close = outer(toks).find(|(i, t)| *i > open && t.is(")")).map(|(i, _)| i)?;
    let (head, tail) = (flat(toks.get(..=open)?), flat(toks.get(close..)?));
    let inside = toks.get(open + 1..close)?;
    let mut arguments = Vec::new();
    let mut from = 0;
    for at in outer(inside).filter(|(_, t)| t.is(",")).map(|(i, _)| i).chain([inside.len()]) {
        arguments.push(inside.get(from..at)?);
        from = at + 1;
    }
    // One argument keeps the column of its first line; several fill lines further to the right.
    let mut lines = vec![head];
    for (i, a) in arguments.iter().enumerate() {
        let end = i + 1 == arguments.len();
        let after = if end { room.last + length(&tail) } else { 1 };
        let comma = if end { "" } else { "," };
        let piece = flat(a);
        let first = if lines.len() == 1 { room.first } else { 0 };
        let line = lines.last_mut()?;
        let gap = usize::from(i > 0);
        if first + length(line) + gap + length(&piece) + after <= room.width {
            *line += if gap == 1 { " " } else { "" };
            *line += &piece;
            *line += comma;
            continue;
        }
        // The argument is broken where it stands when its first line can stay, else on a line of its own.
        let below = Room { width: room.width.saturating_sub(STEP), first: 0, last: after };
        let started = if i == 0 { length(line) + first } else { 0 };
        let broken = lay(a, Room { first: started, ..below });
        let mut broken = broken.into_iter();
        let start = broken.next().unwrap_or_default();
        if i == 0 {
            *line += &start;
        } else {
            lines.push(format!("{:STEP$}{start}", ""));
        }
        lines.extend(broken.map(|l| format!("{:STEP$}{l}", "")));
        *lines.last_mut()? += comma;
    }
    *lines.last_mut()? += &tail;
    Some(lines)
}
