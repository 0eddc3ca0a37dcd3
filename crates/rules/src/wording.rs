//! Wording: a barrier is in the procedure, never in the person; and nothing here suspects anybody.

/// Who reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The people concerned, and whoever receives them.
    People,
    /// Whoever writes or checks rules, in words of the law.
    Lawyers,
    /// Whoever reads what a procedure requires: people, workers, the body itself.
    Procedure,
}

const OTHER_WAY: &str = "dire ce que la démarche demande, et par quel autre chemin elle se fait";
const SUBJECT: &str = "le sujet est la démarche : « la démarche exige… », « le site demande… »";

/// A wording refused: how it begins, whether what follows may go on (`suspect`, `suspecte`), in which texts (absent:
/// all), and what to write instead.
const REFUSED: [(&str, bool, Option<Reader>, &str); 25] = [
    ("incapable de", false, None, OTHER_WAY),
    ("incapable d'", true, None, OTHER_WAY),
    ("pas capable", true, None, OTHER_WAY),
    ("refuse de", false, None, OTHER_WAY),
    ("refuse d'", true, None, OTHER_WAY),
    ("inéligible", true, None, "dire quelle condition n'est pas remplie, non ce qu'est la personne"),
    ("ne sait pas", false, None, OTHER_WAY),
    ("inapte à", false, Some(Reader::People), "nommer la reconnaissance par son nom légal, ou dire ce que la démarche demande"),
    ("suspect", true, None, "dire le fait, sans soupçon"),
    ("trop-perçu", true, None, "une règle ne dit jamais qu'une personne reçoit trop"),
    ("fraud", true, None, "une règle ne dit jamais qu'une personne triche"),
    ("indu", false, None, "une règle ne dit jamais qu'une personne reçoit trop"),
    ("vous ne savez pas", false, Some(Reader::Procedure), SUBJECT),
    ("vous ne pouvez pas", false, Some(Reader::Procedure), SUBJECT),
    ("ne maîtrise pas", false, Some(Reader::Procedure), SUBJECT),
    ("n'arrive pas", false, Some(Reader::Procedure), SUBJECT),
    ("doit savoir", false, Some(Reader::Procedure), SUBJECT),
    ("illettr", true, Some(Reader::Procedure), "dire ce que la démarche demande de lire ou d'écrire"),
    ("analphab", true, Some(Reader::Procedure), "dire ce que la démarche demande de lire ou d'écrire"),
    ("inapte à", false, Some(Reader::Procedure), SUBJECT),
    ("la personne doit", false, Some(Reader::Procedure), SUBJECT),
    ("l'usager doit", false, Some(Reader::Procedure), SUBJECT),
    ("l'allocataire doit", false, Some(Reader::Procedure), SUBJECT),
    ("en incapacité de", false, Some(Reader::Procedure), SUBJECT),
    ("manque d'autonomie", false, Some(Reader::Procedure), SUBJECT),
];

/// Subjects with which a sentence about a requirement may not begin.
const PERSONS: [&str; 14] = [
    "la personne",
    "les personnes",
    "l'usager",
    "l'usagère",
    "les usagers",
    "l'allocataire",
    "les allocataires",
    "le demandeur",
    "la demandeuse",
    "l'assuré",
    "le bénéficiaire",
    "il faut savoir",
    "elle doit",
    "vous",
];

/// Refused wordings of a text, each with what to write instead.
#[must_use]
pub fn refused(text: &str, reader: Reader) -> Vec<(&'static str, &'static str)> {
    let low = flat(text);
    let read = |of: Option<Reader>| of.is_none_or(|r| r == reader);
    REFUSED.into_iter().filter(|(w, more, of, _)| read(*of) && holds(&low, w, *more)).map(|(w, _, _, help)| (w, help)).collect()
}

/// The person as the subject of a requirement, and what to write instead.
#[must_use]
pub fn person_as_subject(text: &str) -> Option<(&'static str, &'static str)> {
    let low = flat(text);
    let begins = |p: &&str| low.strip_prefix(*p).is_some_and(|r| !r.starts_with(char::is_alphanumeric));
    PERSONS.into_iter().find(begins).map(|p| (p, SUBJECT))
}

/// Small letters and straight apostrophes.
fn flat(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

/// Whether `text` (small letters) holds these words: not within a longer word (`individu`), unless at its end.
fn holds(text: &str, words: &str, more: bool) -> bool {
    text.match_indices(words).any(|(i, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..i).and_then(|t| t.chars().next_back());
        let after = text.get(i + words.len()..).unwrap_or("");
        !letter(before) && (more || !letter(after.chars().next()) || is_agreement(after))
    })
}

/// Plural and feminine endings: `indus`, `indue`, `indues`.
fn is_agreement(after: &str) -> bool {
    let end: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
    matches!(end.as_str(), "e" | "s" | "es")
}

/// Whether a text gives a number that begins with 08, charged or not: many services cannot dial it.
#[must_use]
pub fn number_in_08(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0usize;
    while let Some(c) = chars.get(at) {
        if !c.is_ascii_digit() && *c != '+' {
            at += 1;
            continue;
        }
        let mut digits = String::new();
        while let Some(c) = chars.get(at).filter(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')) {
            if c.is_ascii_digit() || *c == '+' {
                digits.push(*c);
            }
            at += 1;
        }
        let national = digits.strip_prefix("+33").or_else(|| digits.strip_prefix("0033")).map(|d| d.trim_start_matches('0'));
        let national = national.or_else(|| digits.strip_prefix('0'));
        if national.is_some_and(|d| d.len() >= 9 && d.starts_with('8')) {
            return true;
        }
    }
    false
}

/// Words by which a sentence states a delay or an effect: it then needs a source.
const STATES: [&str; 14] = [
    "jours",
    "semaine",
    "mois",
    "année",
    "s'arrête",
    "s'arrêter",
    "suspend",
    "remont",
    "repren",
    "repart",
    "de droit",
    "continue",
    "renouvelle",
    "compte à partir",
];

/// Whether a sentence states a delay or an effect of the law, and not only an offer of help.
#[must_use]
pub fn states(text: &str) -> bool {
    let low = flat(text);
    low.contains(|c: char| c.is_ascii_digit()) || holds(&low, "an", false) || STATES.into_iter().any(|w| holds(&low, w, true))
}

/// Whether a text says an amount: a figure said aloud is heard as a promise.
#[must_use]
pub fn amount(text: &str) -> bool {
    let low = flat(text);
    let told = |unit: &str| {
        low.match_indices(unit).any(|(i, _)| {
            low.get(..i).is_some_and(|b| b.trim_end_matches([' ', '\u{a0}', '\u{202f}']).ends_with(|c: char| c.is_ascii_digit()))
        })
    };
    told("€") || told("euro")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert!(holds("somme perçue indue", "indu", false));
        assert!(holds("un indu.", "indu", false));
        assert!(!holds("individuel, induit, indu\u{e9}", "indu", false));
        assert!(holds("personne suspectée", "suspect", true));
        assert!(!holds("insuspecte", "suspect", true));
    }

    #[test]
    fn the_procedure_is_the_subject() {
        assert_eq!(person_as_subject("La personne crée un compte").map(|p| p.0), Some("la personne"));
        assert_eq!(person_as_subject("L’usager lit ses courriels").map(|p| p.0), Some("l'usager"));
        assert_eq!(person_as_subject("Vous devez scanner").map(|p| p.0), Some("vous"));
        assert_eq!(person_as_subject("La démarche exige un compte"), None);
        assert_eq!(person_as_subject("Le personnel d'accueil demande une pièce"), None);
        assert!(refused("Le site demande ce que l'usager ne maîtrise pas", Reader::Procedure).iter().any(|r| r.0 == "ne maîtrise pas"));
        assert!(refused("Le site demande ce que l'usager ne maîtrise pas", Reader::Lawyers).is_empty());
        assert!(!refused("Personne inapte à conduire", Reader::People).is_empty());
        assert!(refused("Personne inapte à conduire", Reader::Lawyers).is_empty());
    }

    #[test]
    fn numbers_in_08() {
        for text in ["08 10 25 33 66", "Appeler le 0810.25.33.66", "au 0 810 25 33 66 (prix d'appel)", "+33 8 10 25 33 66", "0033810253366"]
        {
            assert!(number_in_08(text), "{text}");
        }
        for text in ["01 08 25 33 66", "le 3230", "Cerfa 15481*01", "le 08/03/2025", "2025-08-01", "article D. 08", "06 39 98 08 12 08"] {
            assert!(!number_in_08(text), "{text}");
        }
    }

    #[test]
    fn delays_and_effects() {
        for text in ["Elle dure un an.", "Au bout de quatre mois", "Sans réponse, le versement s'arrête", "Le droit repart le 1er du mois"]
        {
            assert!(states(text), "{text}");
        }
        assert!(!states("On peut la demander ensemble, maintenant.") && !states("Gardez la lettre, apportez-la."));
    }

    #[test]
    fn amounts() {
        assert!(amount("jusqu'à 651 € par mois") && amount("30\u{a0}euros"));
        assert!(!amount("quelques euros de moins") && !amount("dans 10 jours"));
    }
}
