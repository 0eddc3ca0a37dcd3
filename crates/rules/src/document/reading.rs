//! Text to documents: what is refused before a rule is looked at, and the YAML reader's faults in French.

use super::{Document, Spanned};
use crate::diagnostic::{Diagnostic, Span, did_you_mean};

/// The place of a [`Spanned`] text.
#[must_use]
pub fn span_of<T>(s: &Spanned<T>) -> Span {
    place(&s.referenced)
}

fn place(l: &serde_saphyr::Location) -> Span {
    let start = l.span().byte_offset().unwrap_or_else(|| l.span().offset());
    let len = l.span().byte_len().unwrap_or_else(|| l.span().len());
    let (start, len) = (usize::try_from(start).unwrap_or(0), usize::try_from(len).unwrap_or(0));
    Span::new(start, start + len)
}

/// Rule files need no aliases, little depth and little text: hostile files end quickly.
const MAX_BYTES: usize = 1_000_000;

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, Diagnostic> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_aliases: 0, max_anchors: 0, max_depth: 24, max_nodes: 100_000 },
        strict_booleans: true,
    };
    serde_saphyr::from_str_with_options::<T>(text, options).map_err(|e| {
        // An end of file that comes too soon is placed one past it.
        let span = e.location().map_or(Span::default(), |l| place(&l));
        let span = Span::new(span.start.min(text.len()), span.end.min(text.len()));
        let (code, message, help) = french(&one_line(&e.without_snippet().to_string()));
        Diagnostic::error(code, file, span, message).help(help)
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the YAML reader says, for somebody who writes rules: code, message and advice.
fn french(detail: &str) -> (&'static str, String, String) {
    let detail = detail.rsplit_once(" at line ").map_or(detail, |(before, _)| before);
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or("").to_owned();
    if detail.starts_with("missing field") {
        return ("R-002", format!("il manque la clé `{}`", quoted(detail)), "l'ajouter ; comparer avec un fichier voisin".into());
    }
    if let Some((name, known)) = detail.strip_prefix("unknown field ").and_then(|r| r.split_once(", expected ")) {
        let name = quoted(name);
        let known = known.trim_start_matches("one of ").replace('`', "");
        let help = did_you_mean(&name, known.split(", "))
            .map_or_else(|| format!("clés connues ici : {known}"), |k| format!("vouliez-vous dire `{k}` ?"));
        return ("R-002", format!("clé inconnue `{name}`"), help);
    }
    if detail.starts_with("duplicate") {
        return ("R-002", "cette clé est écrite deux fois".into(), "n'en garder qu'une".into());
    }
    if detail.starts_with("budget breached") {
        let (code, message) = if detail.contains("nchor") || detail.contains("lias") {
            ("R-006", "les ancres et alias de YAML (`&`, `*`) ne servent pas dans les règles")
        } else {
            ("R-007", "ce fichier est trop imbriqué ou compte trop d'éléments")
        };
        return (code, message.into(), "écrire chaque valeur à sa place, une règle par fichier".into());
    }
    let told = [
        ("expected sequence", "il faut ici une liste", "des lignes qui commencent par `- `, ou `[a, b]`"),
        ("expected mapping", "il faut ici des clés", "`clé: valeur`, ou `{ clé: valeur }`"),
        ("multiple YAML documents", "plusieurs documents dans un fichier", "une règle par fichier, sans `---`"),
    ];
    if let Some((_, message, help)) = told.iter().find(|t| detail.starts_with(t.0)) {
        return ("R-002", (*message).into(), (*help).into());
    }
    let help = "comparer avec un fichier voisin : retraits, deux-points, guillemets, crochets".into();
    ("R-002", format!("ce fichier ne se lit pas : ce n'est pas le YAML attendu ici ({detail})"), help)
}

/// Characters that no editor shows: controls (ends of lines and tabulations excepted), byte order marks.
fn unwritable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == '\u{feff}'
}

/// Reads one file.
///
/// # Errors
/// A diagnostic when the text is not YAML of one of the known shapes.
pub fn read(file: &str, text: &str) -> Result<Document, Diagnostic> {
    if text.len() > MAX_BYTES {
        return Err(Diagnostic::error("R-001", file, Span::default(), "fichier trop grand pour un fichier de règles")
            .help("un mégaoctet au plus : une règle par fichier"));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| unwritable(*c)) {
        let span = Span::new(at, at + c.len_utf8());
        return Err(Diagnostic::error("R-008", file, span, "caractère invisible qui n'a pas sa place dans un texte")
            .help("l'effacer, ou enregistrer le fichier en UTF-8 sans BOM"));
    }
    // A right has computations of its own and an overlay has parameters: what tells most comes first.
    let told = |l: &str| l.split_once(':').map(|(k, _)| k.trim().to_owned());
    let keys: Vec<String> = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(told).collect();
    // A right says its own `demarche` too: the name of the right comes first.
    let kinds = [
        "droit",
        "rupture",
        "variante",
        "types_non_recours",
        "capacites",
        "codes",
        "variables",
        "parametres",
        "calculs",
        "demarche",
        "services",
        "textes",
        "prealables",
        "canaux",
        "classes_de_donnees",
        "cadre",
    ];
    let key = kinds.into_iter().find(|kind| keys.iter().any(|k| k == kind)).unwrap_or("");
    match key {
        "droit" | "rupture" => parse(file, text).map(|d| Document::Right(Box::new(d))),
        "calculs" => parse(file, text).map(Document::Calcs),
        "parametres" => parse(file, text).map(Document::Parameters),
        "codes" | "variables" => parse(file, text).map(Document::Vocabulary),
        "variante" => parse(file, text).map(Document::Overlay),
        "demarche" => parse(file, text).map(|d| Document::Procedure(Box::new(d))),
        "services" => parse(file, text).map(Document::Services),
        "prealables" => parse(file, text).map(Document::Prerequisites),
        "canaux" => parse(file, text).map(Document::Channels),
        "classes_de_donnees" => parse(file, text).map(Document::Classes),
        "cadre" => parse(file, text).map(Document::Frame),
        "textes" => parse(file, text).map(Document::Texts),
        "types_non_recours" => parse(file, text).map(Document::Types),
        "capacites" => parse(file, text).map(Document::Capacities),
        _ => Err(Diagnostic::error("R-003", file, Span::default(), "ce fichier n'est d'aucune sorte connue")
            .help("il faut l'une des clés `droit`, `rupture`, `calculs`, `parametres`, `codes`, `variables`, `demarche`, `services`, `textes`, `canaux`, `prealables`, `classes_de_donnees`, `cadre`, `types_non_recours`, `capacites` ou `variante`")),
    }
}
