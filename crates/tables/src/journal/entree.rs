//! One entry: what was done, by whom, when, after what.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CleJournal, ClePublique, ErreurJournal, VERSION, de_hexa, encoder, hexa};

/// Names and texts of an entry, sorted by name. Hashes, key identifiers, rounded counts, file names.
pub type Contenu = BTreeMap<String, String>;

/// Longest text of an entry, in bytes.
const LONGUEUR_MAX: usize = 512;

/// An entry, as read or as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entree {
    /// From 1, without a hole.
    pub rang: u64,
    /// Seconds since 1970, UTC.
    pub instant: i64,
    /// The role or body that writes.
    pub auteur: String,
    /// What was done.
    pub acte: String,
    /// The details; `None` once pruned.
    pub contenu: Option<Contenu>,
    pub(super) empreinte_contenu: [u8; 32],
    pub(super) precedente: [u8; 32],
    pub(super) empreinte: [u8; 32],
    pub(super) cle: ClePublique,
    pub(super) signature: [u8; 64],
}

/// An entry as its line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ligne {
    rang: u64,
    instant: String,
    auteur: String,
    acte: String,
    contenu: Option<Contenu>,
    empreinte_contenu: String,
    precedente: String,
    empreinte: String,
    cle: String,
    signature: String,
}

impl Entree {
    /// Makes and signs the entry that follows `precedente`.
    pub(super) fn nouvelle(
        precedente: Option<&Self>,
        instant: i64,
        auteur: &str,
        acte: &str,
        contenu: Contenu,
        cle: &CleJournal,
    ) -> Result<Self, ErreurJournal> {
        verifier_contenu(acte, &contenu)?;
        let mut entree = Self {
            rang: precedente.map_or(1, |p| p.rang + 1),
            instant,
            auteur: auteur.to_owned(),
            acte: acte.to_owned(),
            empreinte_contenu: empreinte_de(&contenu),
            contenu: Some(contenu),
            precedente: precedente.map_or([0; 32], |p| p.empreinte),
            empreinte: [0; 32],
            cle: cle.publique(),
            signature: [0; 64],
        };
        entree.empreinte = entree.calculer();
        entree.signature = cle.signer(&tete(&entree.auteur, entree.rang, &entree.empreinte));
        Ok(entree)
    }

    /// Its hash, as the next entry repeats it (64 hexadecimal digits).
    #[must_use]
    pub fn empreinte(&self) -> String {
        hexa(&self.empreinte)
    }

    /// The key that signed it.
    #[must_use]
    pub fn cle(&self) -> ClePublique {
        self.cle
    }

    /// `2026-10-01T08:30:00Z`.
    #[must_use]
    pub fn date(&self) -> String {
        Timestamp::from_second(self.instant).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The entry's hash, computed again from its fields.
    pub(super) fn calculer(&self) -> [u8; 32] {
        let mut octets = Vec::new();
        encoder(
            &mut octets,
            &[
                VERSION.as_bytes(),
                &self.rang.to_be_bytes(),
                &self.precedente,
                &self.instant.to_be_bytes(),
                self.auteur.as_bytes(),
                self.acte.as_bytes(),
                &self.empreinte_contenu,
                &self.cle.0,
            ],
        );
        *blake3::hash(&octets).as_bytes()
    }

    /// Whether hash, content and signature fit the fields.
    pub(super) fn tient(&self) -> bool {
        self.contenu.as_ref().is_none_or(|c| empreinte_de(c) == self.empreinte_contenu) && self.calculer() == self.empreinte
    }

    pub(super) fn est_signee(&self) -> bool {
        self.cle.accepte(&tete(&self.auteur, self.rang, &self.empreinte), &self.signature)
    }

    /// Its line, with the end of line.
    pub(super) fn ligne(&self) -> Result<String, ErreurJournal> {
        let ligne = Ligne {
            rang: self.rang,
            instant: self.date(),
            auteur: self.auteur.clone(),
            acte: self.acte.clone(),
            contenu: self.contenu.clone(),
            empreinte_contenu: hexa(&self.empreinte_contenu),
            precedente: hexa(&self.precedente),
            empreinte: hexa(&self.empreinte),
            cle: self.cle.to_string(),
            signature: hexa(&self.signature),
        };
        serde_json::to_string(&ligne).map(|l| l + "\n").map_err(|_| ErreurJournal::Acte { acte: self.acte.clone() })
    }

    /// Reads a line; nothing is checked but its form.
    pub(super) fn lire(texte: &str) -> Option<Self> {
        let l: Ligne = serde_json::from_str(texte).ok()?;
        Some(Self {
            rang: l.rang,
            instant: l.instant.parse::<Timestamp>().ok()?.as_second(),
            auteur: l.auteur,
            acte: l.acte,
            contenu: l.contenu,
            empreinte_contenu: de_hexa(&l.empreinte_contenu)?,
            precedente: de_hexa(&l.precedente)?,
            empreinte: de_hexa(&l.empreinte)?,
            cle: ClePublique::de_texte(&l.cle)?,
            signature: de_hexa(&l.signature)?,
        })
    }
}

/// What is signed: author, rank and hash of an entry.
pub(super) fn tete(auteur: &str, rang: u64, empreinte: &[u8; 32]) -> Vec<u8> {
    let mut octets = Vec::new();
    encoder(&mut octets, &[b"recours/journal/1/tete", auteur.as_bytes(), &rang.to_be_bytes(), empreinte]);
    octets
}

fn empreinte_de(contenu: &Contenu) -> [u8; 32] {
    let mut octets = Vec::new();
    encoder(&mut octets, &[b"recours/journal/1/contenu"]);
    for (nom, texte) in contenu {
        encoder(&mut octets, &[nom.as_bytes(), texte.as_bytes()]);
    }
    *blake3::hash(&octets).as_bytes()
}

/// A last net under the callers: a name or a text that looks like a token, a row id (16 bytes) or a national
/// number is refused, and so is anything that would break a line or a page.
fn verifier_contenu(acte: &str, contenu: &Contenu) -> Result<(), ErreurJournal> {
    let nom_sain =
        |t: &str| !t.is_empty() && t.len() <= 64 && t.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"_./".contains(&c));
    let sain = nom_sain(acte)
        && contenu.iter().all(|(nom, texte)| {
            nom_sain(nom) && !designe(nom) && texte.len() <= LONGUEUR_MAX && !texte.chars().any(char::is_control) && !designe(texte)
        });
    if sain { Ok(()) } else { Err(ErreurJournal::Acte { acte: if nom_sain(acte) { acte.to_owned() } else { "illisible".into() } }) }
}

/// Whether a text holds a run of 32 hexadecimal digits, or of 13 or 15 digits in the form of a national number.
fn designe(texte: &str) -> bool {
    texte.split(|c: char| !c.is_ascii_alphanumeric()).any(|mot| {
        let octets = mot.as_bytes();
        let numero = |rang: usize, c: u8| c.is_ascii_digit() || (rang == 6 && matches!(c, b'A' | b'B' | b'a' | b'b'));
        (octets.len() == 32 && octets.iter().all(u8::is_ascii_hexdigit))
            || (matches!(octets.len(), 13 | 15) && octets.iter().enumerate().all(|(i, c)| numero(i, *c)))
    })
}
