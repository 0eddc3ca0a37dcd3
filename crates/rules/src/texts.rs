//! What pages make a worker say, and what messages and letters tell people: sentences beside the rules, that a social
//! worker may change without a programmer. Their names and fields are closed lists; [`lint`] holds them to what a first
//! contact must say, and to what it must not.

use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use crate::document::texts::TextsDoc;
use crate::document::{Text, span_of};
use crate::pack::Pack;
use crate::wording::{self, Reader};
use std::collections::BTreeMap;

/// Who may come across a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Part of another text.
    Part,
    /// Said to the person, or to whoever is in charge of a protection measure.
    Spoken,
    /// Written to the person: others may open it.
    Letter,
    /// Left where anybody may hear or read it.
    Message,
    /// What the law asks to be said at the first contact.
    Notice,
}

/// The notice that every first contact carries.
pub const NOTICE: &str = "information";

/// The texts: name, who may come across it, fields that may stand in it.
pub const TEXTS: [(&str, Support, &[&str]); 13] = [
    (NOTICE, Support::Notice, &["organisme"]),
    ("parole", Support::Spoken, &["organisme", "personne", "propositions", "information"]),
    ("parole_protection", Support::Spoken, &["organisme", "personne", "propositions", "information"]),
    ("proposer", Support::Part, &["proposer"]),
    ("proposer_protection", Support::Part, &["proposer"]),
    ("verifier", Support::Part, &["proposer"]),
    ("verifier_protection", Support::Part, &["proposer"]),
    ("echeance", Support::Part, &["proposer"]),
    ("echeance_datee", Support::Part, &["proposer", "date"]),
    ("suite", Support::Part, &[]),
    ("repondeur", Support::Message, &["organisme"]),
    ("sms", Support::Message, &["organisme"]),
    ("courrier", Support::Letter, &["organisme", "personne", "date", "information"]),
];

/// A text, checked.
#[derive(Debug, Clone)]
pub struct Template {
    /// Sentences.
    pub says: Vec<String>,
    /// Places of the sentences, in the same order.
    pub places: Vec<Span>,
    /// File.
    pub file: String,
    /// Place of its name.
    pub place: Span,
}

/// The texts of a pack: all of them, or none.
#[derive(Debug, Clone, Default)]
pub struct Texts(BTreeMap<&'static str, Template>);

impl Texts {
    /// Whether the pack has texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentences of a text, its fields filled: `fields` gives each by its name. A sentence that is one field alone
    /// becomes the sentences of that field; a field that is not given stays out with its sentence.
    #[must_use]
    pub fn filled(&self, name: &str, fields: &[(&str, &[String])]) -> Vec<String> {
        let mut out = Vec::new();
        for sentence in self.0.get(name).map(|t| t.says.as_slice()).unwrap_or_default() {
            let alone = fields.iter().find(|(f, _)| sentence.trim().strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(*f));
            if let Some((_, all)) = alone {
                out.extend(all.iter().cloned());
                continue;
            }
            let given = |field: &str| fields.iter().find(|(f, _)| *f == field).and_then(|(_, all)| all.first());
            if slots(sentence).all(|(_, field)| given(field).is_some()) {
                let mut text = sentence.clone();
                for (field, all) in fields {
                    text = text.replace(&format!("{{{field}}}"), all.first().map_or("", String::as_str));
                }
                out.push(text);
            }
        }
        out
    }
}

/// Fields of a sentence: place of the brace, name.
fn slots(sentence: &str) -> impl Iterator<Item = (usize, &str)> {
    sentence.match_indices('{').filter_map(|(at, _)| Some((at, sentence.get(at + 1..)?.split_once('}')?.0)))
}

/// Reads the texts: unknown or repeated names, unknown fields, empty sentences, texts that lack.
pub(crate) fn build(docs: Vec<(&str, TextsDoc)>, out: &mut Vec<Diagnostic>) -> Texts {
    let mut texts: BTreeMap<&'static str, Template> = BTreeMap::new();
    let first = docs.iter().find_map(|(file, d)| Some(((*file).to_owned(), span_of(&d.textes.first()?.nom))));
    let mut faulty = false;
    for (file, doc) in docs {
        let mut fault = |at: &Text, message: String, help: String| {
            faulty = true;
            out.push(Diagnostic::error("R-095", file, span_of(at), message).help(help));
        };
        for t in doc.textes {
            let Some((name, _, fields)) = TEXTS.iter().find(|(n, ..)| *n == t.nom.value) else {
                let names = TEXTS.iter().map(|(n, ..)| *n);
                let help = did_you_mean(&t.nom.value, names.clone())
                    .map_or_else(|| format!("connus : {}", names.collect::<Vec<_>>().join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
                fault(&t.nom, format!("texte inconnu `{}`", t.nom.value), help);
                continue;
            };
            if texts.contains_key(name) {
                fault(&t.nom, format!("le texte `{name}` est écrit deux fois"), "n'en garder qu'un".into());
                continue;
            }
            if t.dit.iter().all(|s| s.value.trim().is_empty()) {
                fault(&t.nom, format!("le texte `{name}` ne dit rien"), "écrire au moins une phrase sous `dit`".into());
            }
            for s in &t.dit {
                for (_, field) in slots(&s.value) {
                    if !fields.contains(&field) {
                        let known = if fields.is_empty() { "aucun".to_owned() } else { fields.join(", ") };
                        let help = did_you_mean(field, fields.iter().copied())
                            .map_or_else(|| format!("champs de ce texte : {known}"), |n| format!("vouliez-vous dire `{{{n}}}` ?"));
                        fault(s, format!("champ inconnu `{{{field}}}` dans le texte `{name}`"), help);
                    }
                }
            }
            let places = t.dit.iter().map(span_of).collect();
            let says = t.dit.iter().map(|s| s.value.clone()).collect();
            texts.insert(name, Template { says, places, file: file.to_owned(), place: span_of(&t.nom) });
        }
    }
    if let (Some((file, place)), false) = (first, faulty) {
        for (name, ..) in TEXTS.iter().filter(|(n, ..)| !texts.contains_key(n)) {
            let message = format!("il manque le texte `{name}`");
            out.push(Diagnostic::error("R-095", &file, place, message).help("le modèle est dans `rules/fr/textes/fiches.yaml`"));
        }
    }
    Texts(texts)
}

/// What the notice names, in one of these words: access, rectification, objection (CRPA L114-8 II).
const RIGHTS_TOLD: [(&str, &[&str]); 3] = [
    ("l'accès", &["voir ces informations", "accéder", "accès"]),
    ("la rectification", &["corriger", "rectifi"]),
    ("l'opposition", &["vous y opposer", "vous opposer", "opposition"]),
];

/// Words that ask for a secret, or lead to a page that somebody may imitate.
const SECRETS: [&str; 9] =
    ["mot de passe", "identifiant", "code secret", "numéro de carte", "http", "www.", "cliquez", "lien ", "connectez"];

/// Words that speak to somebody as one does not to a stranger.
const FAMILIAR: [&str; 6] = ["tu", "te", "toi", "ton", "ta", "tes"];

/// Words in a spoken sentence, at most: beyond, it is not heard to its end.
const WORDS_SPOKEN: usize = 30;

/// Faults of the texts of a pack: a first contact without the notice (`R-096`); a message or letter that names a right,
/// asks for a secret or gives a link, a familiar or overlong sentence (`R-097`); wording (`R-051`), numbers in 08 (`R-084`).
#[must_use]
pub fn lint(pack: &Pack) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (name, support, _) in TEXTS {
        let Some(t) = pack.texts.0.get(name) else { continue };
        let whole = t.says.join(" ").to_lowercase();
        let lacking = |message: String, help: &str| Diagnostic::error("R-096", &t.file, t.place, message).help(help);
        if matches!(support, Support::Spoken | Support::Letter) && !whole.contains("{information}") {
            let message = format!("le texte `{name}` ouvre un premier contact sans l'information due aux personnes");
            out.push(lacking(message, "ajouter une phrase `{information}` (CRPA L114-8 II : accès, rectification, opposition)"));
        }
        for (what, words) in RIGHTS_TOLD {
            if support == Support::Notice && !words.iter().any(|w| whole.contains(w)) {
                out.push(lacking(
                    format!("l'information due au premier contact ne dit pas {what}"),
                    "CRPA L114-8 II : la dire en mots simples",
                ));
            }
        }
        let names_right = |s: &str| rights(pack).any(|w| holds_word(s, &w));
        for (sentence, place) in t.says.iter().zip(&t.places) {
            let mut fault = |code, message: String, help: &str| out.push(Diagnostic::error(code, &t.file, *place, message).help(help));
            let low = sentence.to_lowercase();
            if matches!(support, Support::Letter | Support::Message) && names_right(&low) {
                fault(
                    "R-097",
                    format!("le texte `{name}` nomme un droit : un autre peut le lire ou l'entendre"),
                    "inviter à rappeler, sans dire pourquoi",
                );
            }
            if let Some(w) = SECRETS.into_iter().find(|w| low.contains(w)) {
                fault(
                    "R-097",
                    format!("le texte `{name}` demande un secret ou donne un lien : « {} »", w.trim()),
                    "un premier contact n'en demande ni n'en donne jamais",
                );
            }
            if let Some(w) = FAMILIAR.into_iter().find(|w| holds_word(&low, w)) {
                fault("R-097", format!("le texte `{name}` tutoie : « {w} »"), "vouvoyer");
            }
            if sentence.split_whitespace().count() > WORDS_SPOKEN {
                fault(
                    "R-097",
                    format!("le texte `{name}` a une phrase de plus de {WORDS_SPOKEN} mots"),
                    "la couper : elle est dite, ou lue avec peine",
                );
            }
            for (words, help) in wording::refused(sentence, Reader::Procedure) {
                fault("R-051", format!("tournure refusée : « {words} »"), help);
            }
            if wording::amount(sentence) {
                fault(
                    "R-051",
                    "un montant dit à voix haute est entendu comme une promesse".into(),
                    "dire ce que cela couvre, sans chiffre",
                );
            }
            if wording::number_in_08(sentence) {
                fault(
                    "R-084",
                    "un numéro en 08 : des services ne peuvent pas le composer, et il peut coûter cher".into(),
                    "donner un numéro géographique",
                );
            }
        }
    }
    out
}

/// How rights are named, in small letters: their names, and acronyms among their identifiers.
fn rights(pack: &Pack) -> impl Iterator<Item = String> {
    let acronyms =
        ["rsa", "aah", "aspa", "asi", "apl", "ass", "c2s", "asf", "ppa", "apa", "prime d'activité", "réversion"].map(str::to_owned);
    pack.all_rights().map(|r| r.label.to_lowercase()).chain(acronyms)
}

/// Whether a text has these words, not within a longer one.
fn holds_word(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(i, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(text.get(..i).and_then(|t| t.chars().next_back())) && !letter(text.get(i + words.len()..).and_then(|t| t.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_once_and_absent_ones_leave_their_sentence_out() {
        let says = ["{information}", "Bonjour {personne}.", "Avant le {date}."].map(str::to_owned).to_vec();
        let t = Template { says, places: vec![Span::default(); 3], file: String::new(), place: Span::default() };
        let texts = Texts([("parole", t)].into());
        let (two, who) = (["Un.".to_owned(), "Deux.".to_owned()], ["{date}".to_owned()]);
        assert_eq!(texts.filled("parole", &[("information", &two), ("personne", &who)]), ["Un.", "Deux.", "Bonjour {date}."]);
        assert!(texts.filled("sms", &[]).is_empty());
    }

    #[test]
    fn every_text_has_its_own_name() {
        let names: std::collections::BTreeSet<&str> = TEXTS.iter().map(|(n, ..)| *n).collect();
        assert_eq!(names.len(), TEXTS.len());
    }
}
