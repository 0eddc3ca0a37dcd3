//! The national number (NIR) and the waiting number (NIA): shape, key and class.
//!
//! Nothing is checked against today's list of communes: numbers given by former départements, overseas
//! territories or foreign countries are what they are, and are never rewritten.

/// What a number's form allows to believe of it. Only a body that holds the certification flag of the
/// national register knows more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClasseNir {
    /// Sex digit 1 or 2, fifteen characters, right key: looks certified.
    Certifiable,
    /// Waiting or provisional number: sex digit 3, 4, 7 or 8, and no wrong key.
    Nia,
    /// No key to check (thirteen characters) or a wrong one: confidence is never invented.
    SansCle,
}

impl ClasseNir {
    /// Code of the class in the golden vectors: `certifiable`, `nia`, `no_key`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Certifiable => "certifiable",
            Self::Nia => "nia",
            Self::SansCle => "no_key",
        }
    }
}

/// State of the two control digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CleNir {
    /// Present and right.
    Juste,
    /// Thirteen characters only.
    Absente,
    /// Present and wrong.
    Fausse,
}

impl CleNir {
    /// Code of the key's state in the golden vectors: `juste`, `absente`, `fausse`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Juste => "juste",
            Self::Absente => "absente",
            Self::Fausse => "fausse",
        }
    }
}

/// A number of the right shape. No `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Nir {
    treize: [u8; 13],
    classe: ClasseNir,
    cle: CleNir,
}

impl Nir {
    /// Reads a number typed with or without blanks, dots, hyphens, slashes and key; `None` when its
    /// shape is not that of a NIR or a NIA.
    ///
    /// Shape: sex digit 1, 2, 3, 4, 7 or 8; two digits of year; month 01–12, 20–42 or 50–99; département
    /// of two digits, or 2A or 2B; three digits of commune or country; order number other than 000.
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let mut car = [0_u8; 15];
        let mut n = 0;
        for c in texte.chars() {
            if c.is_whitespace() || matches!(c, '.' | '-' | '/' | '_' | '\u{200B}' | '\u{FEFF}') {
                continue;
            }
            if !c.is_ascii_alphanumeric() || n == car.len() {
                return None;
            }
            car[n] = c.to_ascii_uppercase() as u8;
            n += 1;
        }
        if n != 13 && n != 15 {
            return None;
        }
        let mut treize = [0_u8; 13];
        treize.copy_from_slice(&car[..13]);
        if !forme_valide(&treize) {
            return None;
        }
        let cle = if n == 13 {
            CleNir::Absente
        } else {
            let lue = deux_chiffres(&car[13..15])?;
            if u64::from(lue) == 97 - nombre_pour_cle(&treize) % 97 { CleNir::Juste } else { CleNir::Fausse }
        };
        let provisoire = matches!(treize[0], b'3' | b'4' | b'7' | b'8');
        let classe = match (provisoire, cle) {
            (_, CleNir::Fausse) | (false, CleNir::Absente) => ClasseNir::SansCle,
            (true, _) => ClasseNir::Nia,
            (false, CleNir::Juste) => ClasseNir::Certifiable,
        };
        Some(Self { treize, classe, cle })
    }

    /// The thirteen characters, Corsican letters kept.
    #[must_use]
    pub fn treize(&self) -> &[u8; 13] {
        &self.treize
    }

    /// Its class.
    #[must_use]
    pub fn classe(&self) -> ClasseNir {
        self.classe
    }

    /// State of its control digits.
    #[must_use]
    pub fn cle(&self) -> CleNir {
        self.cle
    }

    /// The two last digits of the year of birth that it states.
    #[must_use]
    pub fn annee_sur_deux_chiffres(&self) -> u8 {
        deux_chiffres(&self.treize[1..3]).unwrap_or(0)
    }

    /// The month of birth that it states; `None` for the codes of imprecise registers (20–42, 50–99).
    #[must_use]
    pub fn mois(&self) -> Option<u8> {
        deux_chiffres(&self.treize[3..5]).filter(|m| (1..=12).contains(m))
    }

    /// Its sex digit folded to 1 (men) or 2 (women).
    #[must_use]
    pub fn sexe(&self) -> u8 {
        if matches!(self.treize[0], b'1' | b'3' | b'7') { 1 } else { 2 }
    }
}

/// The control digits of thirteen well-formed characters, for those who invent numbers in tests.
///
/// `None` when the shape is wrong.
#[must_use]
pub fn cle_de_controle(treize: &str) -> Option<u8> {
    let octets: [u8; 13] = treize.as_bytes().try_into().ok()?;
    if !forme_valide(&octets) {
        return None;
    }
    u8::try_from(97 - nombre_pour_cle(&octets) % 97).ok()
}

fn forme_valide(t: &[u8; 13]) -> bool {
    let chiffres = |r: std::ops::Range<usize>| t[r].iter().all(u8::is_ascii_digit);
    let mois_admis = deux_chiffres(&t[3..5]).is_some_and(|m| (1..=12).contains(&m) || (20..=42).contains(&m) || (50..=99).contains(&m));
    matches!(t[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8')
        && chiffres(1..3)
        && mois_admis
        && (chiffres(5..7) || matches!(&t[5..7], b"2A" | b"2B"))
        && chiffres(7..13)
        && &t[10..13] != b"000"
}

/// The thirteen characters as the number whose remainder makes the key: 2A counts as 19, 2B as 18.
fn nombre_pour_cle(t: &[u8; 13]) -> u64 {
    let mut chiffres = *t;
    match &t[5..7] {
        b"2A" => chiffres[5..7].copy_from_slice(b"19"),
        b"2B" => chiffres[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    chiffres.iter().fold(0, |n, c| n * 10 + u64::from(c.wrapping_sub(b'0')))
}

fn deux_chiffres(t: &[u8]) -> Option<u8> {
    match t {
        [d, u] if d.is_ascii_digit() && u.is_ascii_digit() => Some((d - b'0') * 10 + (u - b'0')),
        _ => None,
    }
}
