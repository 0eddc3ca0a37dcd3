//! Tokens to trees: a small, total expression language without loops or functions of one's own.
//!
//! Precedence, from loose to tight: `si … alors … sinon`, `ou`, `et`, `non`, comparisons (`= <> < <= > >=`,
//! `dans (…)`, `entre … et …`), `+ -`, `* /`, unary `-`, calls and `[mois]`.

use crate::date::Days;
use crate::diagnostic::Span;
use crate::lexer::{self, LexError, Token};
use crate::number::Decimal;

/// A month named relatively: `M-3`, `m`, `janvier N-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// The month valued, plus so many months.
    Valued(i32),
    /// The month of the enclosing `…_mois(…)` or monthly computation, plus so many months.
    Current(i32),
    /// A month (1..=12) of the year of `M` plus so many years.
    Calendar {
        /// 1 is January.
        month: i32,
        /// 0 is the year of `M`.
        years: i32,
    },
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cmp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `et`
    And,
    /// `ou`
    Or,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// A comparison.
    Cmp(Cmp),
}

/// A node with its place in the expression text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the expression text.
    pub span: Span,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Decimal),
    /// `vrai` or `faux`.
    Bool(bool),
    /// A calendar date.
    Date(Days),
    /// A name, possibly qualified (`rsa.montant`).
    Name(String),
    /// A series, parameter or monthly computation at a month: `salaire_net[m]`.
    At(Box<Expr>, Period),
    /// A window of months `M-4..M-2` (only as an argument).
    Window(i32, i32),
    /// `non x`
    Not(Box<Expr>),
    /// `-x`
    Neg(Box<Expr>),
    /// Two operands.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `x dans (a, b)`
    In(Box<Expr>, Vec<Expr>),
    /// `x entre a et b`, bounds included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `si c alors a sinon b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A call of a function of the language.
    Call(String, Vec<Expr>),
}

/// Nesting beyond this is refused: no rule that a lawyer reads needs it, and hostile text ends quickly.
const MAX_DEPTH: usize = 64;

/// Longer expressions are refused: a chain of operators nests as deep as it is long.
const MAX_TOKENS: usize = 400;

const MONTHS: [&str; 12] =
    ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"];

/// Parses one expression.
///
/// # Errors
/// The first fault with its place in `text`.
pub fn parse(text: &str) -> Result<Expr, LexError> {
    let tokens = lexer::tokens(text)?;
    if let Some((_, span)) = tokens.get(MAX_TOKENS) {
        let help = Some("découper en calculs nommés, que l'on relit un à un");
        return Err(LexError { span: *span, message: format!("expression trop longue : plus de {MAX_TOKENS} mots et signes"), help });
    }
    let mut p = Parser { tokens: &tokens, at: 0, end: text.len(), depth: 0 };
    let e = p.expression()?;
    match p.peek() {
        None => Ok(e),
        Some(_) => Err(p.error("suite inattendue", Some("il manque peut-être un opérateur ou une parenthèse"))),
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, Span)],
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.0)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(Span::new(self.end, self.end), |t| t.1)
    }

    fn error(&self, message: &str, help: Option<&'static str>) -> LexError {
        LexError { span: self.span(), message: message.into(), help }
    }

    fn symbol(&mut self, s: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(t)) if *t == s);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, w: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(t)) if t == w);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, s: &str) -> Result<(), LexError> {
        if self.symbol(s) { Ok(()) } else { Err(self.error(&format!("`{s}` attendu ici"), None)) }
    }

    fn expect_word(&mut self, w: &str) -> Result<(), LexError> {
        if self.word(w) { Ok(()) } else { Err(self.error(&format!("`{w}` attendu ici"), None)) }
    }

    fn expression(&mut self) -> Result<Expr, LexError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("expression trop imbriquée", Some("découper en calculs nommés")));
        }
        let start = self.span();
        let e = if self.word("si") {
            let c = self.expression()?;
            self.expect_word("alors")?;
            let a = self.expression()?;
            self.expect_word("sinon")?;
            let b = self.expression()?;
            let span = start.to(b.span);
            Expr { kind: Kind::If(Box::new(c), Box::new(a), Box::new(b)), span }
        } else {
            self.disjunction()?
        };
        self.depth -= 1;
        Ok(e)
    }

    fn chain(&mut self, word: &str, op: Binary, next: fn(&mut Self) -> Result<Expr, LexError>) -> Result<Expr, LexError> {
        let mut e = next(self)?;
        while self.word(word) {
            let right = next(self)?;
            let span = e.span.to(right.span);
            e = Expr { kind: Kind::Binary(op, Box::new(e), Box::new(right)), span };
        }
        Ok(e)
    }

    fn disjunction(&mut self) -> Result<Expr, LexError> {
        self.chain("ou", Binary::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Result<Expr, LexError> {
        self.chain("et", Binary::And, Self::negation)
    }

    fn negation(&mut self) -> Result<Expr, LexError> {
        let start = self.span();
        if !self.word("non") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("expression trop imbriquée", None));
        }
        let e = self.negation()?;
        self.depth -= 1;
        let span = start.to(e.span);
        Ok(Expr { kind: Kind::Not(Box::new(e)), span })
    }

    fn comparison(&mut self) -> Result<Expr, LexError> {
        let left = self.sum()?;
        let op = match self.peek() {
            Some(Token::Symbol("=")) => Cmp::Eq,
            Some(Token::Symbol("<>")) => Cmp::Ne,
            Some(Token::Symbol("<")) => Cmp::Lt,
            Some(Token::Symbol("<=")) => Cmp::Le,
            Some(Token::Symbol(">")) => Cmp::Gt,
            Some(Token::Symbol(">=")) => Cmp::Ge,
            Some(Token::Word(w)) if w == "dans" => {
                self.at += 1;
                self.expect("(")?;
                let items = self.arguments()?;
                let span = left.span.to(self.previous());
                return Ok(Expr { kind: Kind::In(Box::new(left), items), span });
            }
            Some(Token::Word(w)) if w == "entre" => {
                self.at += 1;
                let lo = self.sum()?;
                self.expect_word("et")?;
                let hi = self.sum()?;
                let span = left.span.to(hi.span);
                return Ok(Expr { kind: Kind::Between(Box::new(left), Box::new(lo), Box::new(hi)), span });
            }
            _ => return Ok(left),
        };
        self.at += 1;
        let right = self.sum()?;
        if matches!(self.peek(), Some(Token::Symbol("=" | "<>" | "<" | "<=" | ">" | ">="))) {
            return Err(self.error("comparaisons enchaînées", Some("écrire `x entre a et b`, ou relier par `et`")));
        }
        let span = left.span.to(right.span);
        Ok(Expr { kind: Kind::Binary(Binary::Cmp(op), Box::new(left), Box::new(right)), span })
    }

    fn sum(&mut self) -> Result<Expr, LexError> {
        let mut e = self.product()?;
        loop {
            let op = if self.symbol("+") {
                Binary::Add
            } else if self.symbol("-") {
                Binary::Sub
            } else {
                return Ok(e);
            };
            let right = self.product()?;
            let span = e.span.to(right.span);
            e = Expr { kind: Kind::Binary(op, Box::new(e), Box::new(right)), span };
        }
    }

    fn product(&mut self) -> Result<Expr, LexError> {
        let mut e = self.unary()?;
        loop {
            let op = if self.symbol("*") {
                Binary::Mul
            } else if self.symbol("/") {
                Binary::Div
            } else {
                return Ok(e);
            };
            let right = self.unary()?;
            let span = e.span.to(right.span);
            e = Expr { kind: Kind::Binary(op, Box::new(e), Box::new(right)), span };
        }
    }

    fn unary(&mut self) -> Result<Expr, LexError> {
        let start = self.span();
        if self.symbol("-") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(self.error("expression trop imbriquée", None));
            }
            let e = self.unary()?;
            self.depth -= 1;
            let span = start.to(e.span);
            return Ok(Expr { kind: Kind::Neg(Box::new(e)), span });
        }
        let mut e = self.primary()?;
        while self.symbol("[") {
            let period = self.period()?;
            self.expect("]")?;
            let span = e.span.to(self.previous());
            e = Expr { kind: Kind::At(Box::new(e), period), span };
        }
        Ok(e)
    }

    fn previous(&self) -> Span {
        self.tokens.get(self.at.saturating_sub(1)).map_or(Span::new(self.end, self.end), |t| t.1)
    }

    /// `M`, `M-3`, `m+1`, `janvier N-2`.
    fn period(&mut self) -> Result<Period, LexError> {
        let Some(Token::Word(w)) = self.peek().cloned() else {
            return Err(self.error("mois attendu", Some("écrire par exemple `[M-2]`, `[m]` ou `[janvier N-2]`")));
        };
        if let Some(index) = MONTHS.iter().position(|m| *m == w) {
            self.at += 1;
            self.expect_word("N")?;
            let years = self.offset()?;
            return Ok(Period::Calendar { month: i32::try_from(index).unwrap_or(0) + 1, years });
        }
        self.at += 1;
        match w.as_str() {
            "M" => Ok(Period::Valued(self.offset()?)),
            "m" => Ok(Period::Current(self.offset()?)),
            _ => {
                self.at -= 1;
                Err(self.error("mois inconnu", Some("écrire `M` (mois évalué), `m` (mois courant) ou `janvier N-2`")))
            }
        }
    }

    /// An optional `-3` or `+1`.
    fn offset(&mut self) -> Result<i32, LexError> {
        let sign = if self.symbol("-") {
            -1
        } else if self.symbol("+") {
            1
        } else {
            return Ok(0);
        };
        match self.peek() {
            Some(Token::Number(n)) if n % crate::number::SCALE == 0 => {
                let n = i32::try_from(n / crate::number::SCALE).ok().filter(|n| *n <= 240);
                let n = n.ok_or_else(|| self.error("décalage trop grand", None))?;
                self.at += 1;
                Ok(sign * n)
            }
            _ => Err(self.error("nombre entier attendu", None)),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, LexError> {
        let mut out = Vec::new();
        if self.symbol(")") {
            return Ok(out);
        }
        loop {
            out.push(self.expression()?);
            if self.symbol(")") {
                return Ok(out);
            }
            self.expect(",")?;
        }
    }

    fn primary(&mut self) -> Result<Expr, LexError> {
        let span = self.span();
        let kind = match self.peek().cloned() {
            Some(Token::Number(n)) => Kind::Number(n),
            Some(Token::Date(d)) => Kind::Date(d),
            Some(Token::Word(w)) => match w.as_str() {
                "vrai" => Kind::Bool(true),
                "faux" => Kind::Bool(false),
                "et" | "ou" | "alors" | "sinon" | "dans" | "entre" | "si" | "non" => {
                    return Err(self.error(&format!("`{w}` est mal placé : une valeur est attendue ici"), None));
                }
                "M" => return self.window(),
                _ => return self.name(w),
            },
            Some(Token::Symbol("(")) => {
                self.at += 1;
                let e = self.expression()?;
                self.expect(")")?;
                return Ok(Expr { kind: e.kind, span: span.to(self.previous()) });
            }
            Some(Token::Symbol(s)) => return Err(self.error(&format!("`{s}` est mal placé : une valeur est attendue ici"), None)),
            None => return Err(self.error("expression inachevée", None)),
        };
        self.at += 1;
        Ok(Expr { kind, span })
    }

    fn name(&mut self, mut name: String) -> Result<Expr, LexError> {
        let span = self.span();
        self.at += 1;
        while self.symbol(".") {
            match self.peek().cloned() {
                Some(Token::Word(w)) => {
                    name = format!("{name}.{w}");
                    self.at += 1;
                }
                _ => return Err(self.error("nom attendu après le point", None)),
            }
        }
        if self.symbol("(") {
            let args = self.arguments()?;
            return Ok(Expr { kind: Kind::Call(name, args), span: span.to(self.previous()) });
        }
        Ok(Expr { kind: Kind::Name(name), span: span.to(self.previous()) })
    }

    /// `M-4..M-2`, or `M` alone as a month argument.
    fn window(&mut self) -> Result<Expr, LexError> {
        let start = self.span();
        self.at += 1;
        let from = self.offset()?;
        let to = if self.symbol("..") {
            self.expect_word("M")?;
            self.offset()?
        } else {
            from
        };
        let span = start.to(self.previous());
        if from > to {
            return Err(LexError {
                span,
                message: "fenêtre à l'envers".into(),
                help: Some("écrire le mois le plus ancien d'abord : `M-4..M-2`"),
            });
        }
        Ok(Expr { kind: Kind::Window(from, to), span })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn precedence_reads_as_french() {
        let e = parse("non a et b ou c >= 1 + 2 * d").unwrap();
        let Kind::Binary(Binary::Or, left, right) = e.kind else { panic!("{e:?}") };
        assert!(matches!(left.kind, Kind::Binary(Binary::And, ref n, _) if matches!(n.kind, Kind::Not(_))));
        assert!(matches!(right.kind, Kind::Binary(Binary::Cmp(Cmp::Ge), _, _)));
    }

    #[test]
    fn months_windows_and_calendar_years() {
        assert!(matches!(parse("bmaf[janvier N-2]").unwrap().kind, Kind::At(_, Period::Calendar { month: 1, years: -2 })));
        let e = parse("moyenne_mois(M-4..M-2, salaire_net[m-1])").unwrap();
        let Kind::Call(_, args) = e.kind else { panic!() };
        assert!(matches!(args.first().unwrap().kind, Kind::Window(-4, -2)));
        assert!(parse("f(M-2..M-4)").unwrap_err().message.contains("envers"));
    }

    #[test]
    fn faults_have_a_place() {
        let e = parse("a + ").unwrap_err();
        assert_eq!((e.message.as_str(), e.span.start), ("expression inachevée", 4));
        assert!(parse("a < b < c").is_err());
        assert!(parse(&"(".repeat(300)).unwrap_err().message.contains("imbriquée"));
        assert!(parse(&"-".repeat(300)).unwrap_err().message.contains("imbriquée"));
        assert!(parse(&"non ".repeat(300)).unwrap_err().message.contains("imbriquée"));
    }

    proptest! {
        #[test]
        fn any_text_ends_without_panic(text in "\\PC{0,80}") {
            let _ = parse(&text);
        }
        #[test]
        fn any_tokens_end_without_panic(words in prop::collection::vec(prop::sample::select(vec!["a", "(", ")", "et", "non", "si", "alors", "sinon", "1", "+", "[", "]", "M", "-", "..", "2025-01-01", "dans", "entre", ","]), 0..40)) {
            let _ = parse(&words.join(" "));
        }
    }
}
