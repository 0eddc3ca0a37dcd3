//! Expression text to tokens.

use crate::date;
use crate::diagnostic::Span;
use crate::number::{self, Decimal};

/// A token of the expression language.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A plain decimal.
    Number(Decimal),
    /// A calendar date `AAAA-MM-JJ`.
    Date(date::Days),
    /// A name or a keyword.
    Word(String),
    /// `+ - * / ( ) [ ] , . .. = <> < <= > >=`
    Symbol(&'static str),
}

/// A fault found while reading tokens: place and what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct LexError {
    /// Bytes of the expression.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<&'static str>,
}

const SYMBOLS: [&str; 18] = ["<>", "<=", ">=", "..", "+", "-", "*", "/", "(", ")", "[", "]", ",", ".", "=", "<", ">", ":"];

/// Splits an expression; the spans are byte offsets in `text`.
///
/// # Errors
/// A character or number that the language does not know.
pub fn tokens(text: &str) -> Result<Vec<(Token, Span)>, LexError> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if first.is_ascii_digit() {
            number_or_date(rest, at)?
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            (Token::Word(rest.get(..length).unwrap_or("").to_owned()), length)
        } else if let Some(s) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            (Token::Symbol(s), s.len())
        } else {
            let help = match first {
                '≥' => Some("écrire `>=`"),
                '≤' => Some("écrire `<=`"),
                '≠' | '!' => Some("écrire `<>`"),
                '&' => Some("écrire `et`"),
                '|' => Some("écrire `ou`"),
                '×' => Some("écrire `*`"),
                '−' | '–' => Some("écrire `-`"),
                _ => None,
            };
            let span = Span::new(at, at + first.len_utf8());
            return Err(LexError { span, message: "caractère que le langage ne connaît pas".into(), help });
        };
        out.push((token, Span::new(at, at + length)));
        at += length;
    }
    Ok(out)
}

fn number_or_date(rest: &str, at: usize) -> Result<(Token, usize), LexError> {
    if let Some(d) = rest.get(..10).and_then(date::parse) {
        return Ok((Token::Date(d), 10));
    }
    let mut length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if let Some(frac) = rest.get(length..).and_then(|r| r.strip_prefix('.')) {
        let digits = frac.find(|c: char| !c.is_ascii_digit()).unwrap_or(frac.len());
        if digits > 0 {
            length += 1 + digits;
        }
    }
    let text = rest.get(..length).unwrap_or("");
    let span = Span::new(at, at + length);
    let looks_like_date = rest.get(length..).is_some_and(|r| r.starts_with('-') && length == 4)
        && rest.get(5..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
        && rest.get(7..8) == Some("-");
    if looks_like_date {
        let span = Span::new(at, at + rest.len().min(10));
        return Err(LexError { span, message: "cette date n'existe pas au calendrier".into(), help: None });
    }
    if rest.get(length..).is_some_and(|r| r.starts_with(|c: char| c.is_alphabetic() || c == '_')) {
        let help = Some("un nom ne commence pas par un chiffre ; un nombre s'écrit sans exposant ni unité");
        return Err(LexError { span, message: "nombre mal écrit".into(), help });
    }
    number::parse(text).map(|n| (Token::Number(n), length)).ok_or(LexError {
        span,
        message: "nombre trop grand ou trop précis (huit décimales au plus)".into(),
        help: None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn words_numbers_dates_and_windows() {
        let kinds: Vec<Token> = tokens("âge >= 25 et M-4..M-2 2025-03-01 0.5").unwrap().into_iter().map(|t| t.0).collect();
        assert_eq!(kinds.len(), 13);
        assert_eq!(kinds.first(), Some(&Token::Word("âge".into())));
        assert!(kinds.contains(&Token::Symbol("..")));
        assert!(kinds.contains(&Token::Date(date::days(2025, 3, 1))));
    }

    #[test]
    fn unknown_characters_come_with_help() {
        assert_eq!(tokens("a ≥ 2").unwrap_err().help, Some("écrire `>=`"));
        assert!(tokens("2025-02-30").unwrap_err().message.contains("calendrier"));
        assert!(tokens("1e9").is_err());
    }
}
