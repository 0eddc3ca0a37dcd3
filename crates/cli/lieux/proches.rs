//! The nearest suitable places, without coordinates.

use recours_rules::catalogue::ChannelKind;

use super::{Genre, Lieu, Repertoire};

/// How near a place is: the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proximite {
    /// Same commune.
    Commune,
    /// Same postal code.
    CodePostal,
    /// Same département.
    Departement,
}

impl Proximite {
    /// For people: where it stands from them.
    #[must_use]
    pub const fn nom(self) -> &'static str {
        match self {
            Self::Commune => "dans la commune",
            Self::CodePostal => "dans une commune voisine",
            Self::Departement => "dans le département",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Besoin<'a> {
    /// Doors of which one is enough; none: any.
    pub canaux: &'a [ChannelKind],
    /// Body of the procedure: an agency of another body does not do. Absent: places for all only.
    pub organisme: Option<&'a str>,
    /// Kinds of which one is enough; none: any.
    pub genres: &'a [Genre],
}

impl Besoin<'_> {
    /// Whether a place answers it.
    #[must_use]
    pub fn convient(&self, lieu: &Lieu) -> bool {
        let porte = self.canaux.is_empty() || self.canaux.iter().any(|c| lieu.canaux.contains(c));
        let pour = lieu.organismes.is_empty() || self.organisme.is_some_and(|o| lieu.organismes.iter().any(|x| x == o));
        porte && pour && (self.genres.is_empty() || self.genres.contains(&lieu.genre))
    }
}

/// A place and how near it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proche<'a> {
    /// The place.
    pub lieu: &'a Lieu,
    /// From where it was looked for.
    pub proximite: Proximite,
}

impl Repertoire {
    /// Suitable places from a commune (by name) and a postal code, the nearest first; equally near ones in the order of
    /// [`Genre::TOUS`], then of opening time, then of the file. Nothing when neither is known, nor in another département.
    #[must_use]
    pub fn proches(&self, code_postal: Option<&str>, commune: Option<&str>, besoin: &Besoin<'_>) -> Vec<Proche<'_>> {
        let code_postal = code_postal.map(str::trim).filter(|c| !c.is_empty());
        let commune = commune.map(cle_de_commune).filter(|c| !c.is_empty());
        let convenables = self.lieux.iter().filter(|l| besoin.convient(l));
        let mut proches: Vec<Proche<'_>> =
            convenables.filter_map(|lieu| Some(Proche { lieu, proximite: proximite(lieu, code_postal, commune.as_deref())? })).collect();
        let rang = |g: Genre| Genre::TOUS.iter().position(|x| *x == g);
        let minutes = |l: &Lieu| l.ouvertures.as_ref().map_or(0, super::Semaine::minutes);
        proches.sort_by_key(|p| (p.proximite, rang(p.lieu.genre), std::cmp::Reverse(minutes(p.lieu))));
        proches
    }
}

fn proximite(lieu: &Lieu, code_postal: Option<&str>, commune: Option<&str>) -> Option<Proximite> {
    let meme_departement = code_postal.is_none_or(|c| departement(c) == departement(&lieu.code_postal));
    let meme_commune = commune.is_some_and(|c| cle_de_commune(&lieu.commune) == c);
    // Names of communes are not unique in France: without the département, a name alone could be that of another.
    if meme_commune && meme_departement {
        Some(Proximite::Commune)
    } else if code_postal.is_some_and(|c| c == lieu.code_postal) {
        Some(Proximite::CodePostal)
    } else {
        (code_postal.is_some() && meme_departement).then_some(Proximite::Departement)
    }
}

/// Département of a postal code: two digits, three overseas. (Some postal codes serve a neighbouring département; that is as
/// near as this goes.)
fn departement(code_postal: &str) -> &str {
    let n = if code_postal.starts_with("97") || code_postal.starts_with("98") { 3 } else { 2 };
    code_postal.get(..n).unwrap_or(code_postal)
}

/// A commune's name without case, accents, hyphens or abbreviations of « saint »: what two files agree on. The letters of
/// French names only: the host's build has no table of Unicode, which sealing alone needs.
pub(crate) fn cle_de_commune(nom: &str) -> String {
    let mut sans_accents = String::with_capacity(nom.len());
    for c in nom.chars().flat_map(char::to_uppercase) {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => sans_accents.push('A'),
            'Ç' => sans_accents.push('C'),
            'È' | 'É' | 'Ê' | 'Ë' => sans_accents.push('E'),
            'Ì' | 'Í' | 'Î' | 'Ï' => sans_accents.push('I'),
            'Ñ' => sans_accents.push('N'),
            'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => sans_accents.push('O'),
            'Ù' | 'Ú' | 'Û' | 'Ü' => sans_accents.push('U'),
            'Ÿ' => sans_accents.push('Y'),
            'Œ' => sans_accents.push_str("OE"),
            'Æ' => sans_accents.push_str("AE"),
            autre => sans_accents.push(autre),
        }
    }
    let mots = sans_accents.split(|c: char| !c.is_ascii_alphanumeric()).filter(|m| !m.is_empty());
    let entiers = mots.map(|m| match m {
        "ST" => "SAINT",
        "STE" => "SAINTE",
        autre => autre,
    });
    entiers.collect::<Vec<_>>().join(" ")
}
