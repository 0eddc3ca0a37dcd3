//! What a catalogue that builds may still lack: a door without screen, a verified requirement, words that put the
//! procedure and not the person in question; and how much of it is still to be checked.

use super::{Catalogue, ChannelKind, Procedure, Sourced, What};
use crate::SourceFile;
use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, Span};
use crate::pack::Pack;
use crate::wording::{self, Reader};

/// Days after which a line should be read again at its source.
pub const STALE_AFTER: Days = 366;

/// Counts for a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Procedures.
    pub procedures: usize,
    /// Rights that have one.
    pub rights: usize,
    /// Procedures by body, territory and dates.
    pub variants: usize,
    /// Requirements, as written.
    pub requirements: usize,
    /// Among them, those still to be checked.
    pub requirements_unverified: usize,
    /// Lines with a source.
    pub lines: usize,
    /// Among them, those still to be checked.
    pub unverified: usize,
    /// Among them, those checked more than [`STALE_AFTER`] days before.
    pub stale: usize,
}

impl Counts {
    /// Share of lines still to be checked, in thousandths.
    #[must_use]
    pub fn unverified_per_thousand(&self) -> usize {
        (self.unverified * 1_000).checked_div(self.lines).unwrap_or(0)
    }
}

fn is_stale(line: &Sourced, on: Days) -> bool {
    line.checked.is_some_and(|d| on - d > STALE_AFTER)
}

impl Catalogue {
    /// Counts, stale lines on a day.
    #[must_use]
    pub fn counts(&self, on: Days) -> Counts {
        let mut rights: Vec<&String> = self.procedures.iter().flat_map(|p| &p.rights).collect();
        rights.sort();
        rights.dedup();
        let requirements = || self.lines.iter().filter(|l| l.what == What::Requirement);
        Counts {
            procedures: self.procedures.len(),
            rights: rights.len(),
            variants: self.procedures.iter().map(|p| p.variants.len()).sum(),
            requirements: requirements().count(),
            requirements_unverified: requirements().filter(|l| l.checked.is_none()).count(),
            lines: self.lines.len(),
            unverified: self.lines.iter().filter(|l| l.checked.is_none()).count(),
            stale: self.lines.iter().filter(|l| is_stale(l, on)).count(),
        }
    }

    /// Files with lines checked too long before a day: one warning each, at the oldest (`R-086`).
    #[must_use]
    pub fn stale(&self, on: Days) -> Vec<Diagnostic> {
        let mut files: Vec<&str> = self.lines.iter().map(|l| l.place.0.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        let mut out = Vec::new();
        for file in files {
            let old = || self.lines.iter().filter(|l| l.place.0 == file && is_stale(l, on));
            let Some(oldest) = old().min_by_key(|l| l.checked) else { continue };
            let day = oldest.checked.map(date::format).unwrap_or_default();
            let message = format!("{} ligne(s) vérifiées il y a plus d'un an, la plus ancienne le {day}", old().count());
            let warning = Diagnostic::warning("R-086", file, oldest.place.1, message);
            out.push(warning.help("relire la source, puis mettre `verifie_le` au jour de la lecture"));
        }
        out
    }
}

/// Faults of the catalogue of a pack, at their places in its files.
#[must_use]
pub fn lint(pack: &Pack, files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for p in &pack.catalogue.procedures {
        doors(p, &mut out);
        sourced_requirement(p, &mut out);
    }
    sentences(&pack.catalogue, files, &mut out);
    told_by_rules(pack, &mut out);
    pieces_of_rules(pack, &mut out);
    out
}

/// Whoever has no screen is left out by a procedure that has no other door (`R-054`).
fn doors(p: &Procedure, out: &mut Vec<Diagnostic>) {
    for v in &p.variants {
        let human = v.human.as_ref().is_some_and(|t| !t.says.trim().is_empty());
        if v.channel(ChannelKind::Online).is_some() && v.only_online() && !human {
            let message = format!("`{}` ne se fait qu'en ligne chez `{}`", p.id, v.body);
            let help = "ajouter une porte sans écran (guichet, papier, téléphone, domicile, visio) ou `alternative_humaine` ; la loi en prévoit une";
            out.push(Diagnostic::error("R-054", &v.place.0, v.place.1, message).help(help));
        }
    }
}

/// A stage says at least one thing that it requires, read at its source (`R-083`).
fn sourced_requirement(p: &Procedure, out: &mut Vec<Diagnostic>) {
    let requirements = || p.variants.iter().flat_map(|v| &v.channels).flat_map(|c| &c.requirements);
    let message = if requirements().next().is_none() {
        format!("`{}` ne dit rien de ce qu'elle exige", p.id)
    } else if requirements().all(|r| r.checked.is_none()) {
        format!("aucune exigence de `{}` n'a été lue à sa source", p.id)
    } else {
        return;
    };
    let help = "ajouter au moins une exigence avec sa source et `verifie_le`, ici ou dans un service";
    out.push(Diagnostic::error("R-083", &p.place.0, p.place.1, message).help(help));
}

/// Wording (`R-051`) and numbers in 08 (`R-084`).
fn sentences(catalogue: &Catalogue, files: &[SourceFile], out: &mut Vec<Diagnostic>) {
    for s in &catalogue.sentences {
        let source = files.iter().find(|f| f.name == s.place.0).map_or("", |f| f.text.as_str());
        let mut refused = wording::refused(&s.text, Reader::Procedure);
        if s.requirement {
            refused.extend(wording::person_as_subject(&s.text));
        }
        for (words, help) in refused {
            let at = place_of(source, s.place.1, words);
            out.push(Diagnostic::error("R-051", &s.place.0, at, format!("tournure refusée : « {words} »")).help(help));
        }
        if s.spoken && wording::amount(&s.text) {
            let message = "un montant dit à voix haute est entendu comme une promesse";
            out.push(Diagnostic::error("R-051", &s.place.0, s.place.1, message).help("dire ce que cela couvre, sans chiffre"));
        }
        number_in_08(&s.text, &s.place, out);
    }
}

/// A number that many services cannot dial (`R-084`).
fn number_in_08(text: &str, place: &(String, Span), out: &mut Vec<Diagnostic>) {
    if wording::number_in_08(text) {
        let message = "un numéro en 08 : des services ne peuvent pas le composer, et il peut coûter cher";
        let help = "donner un numéro à quatre chiffres ou géographique, ou dire où aller";
        out.push(Diagnostic::error("R-084", &place.0, place.1, message).help(help));
    }
}

/// The same in what rules tell people to do.
fn told_by_rules(pack: &Pack, out: &mut Vec<Diagnostic>) {
    for right in pack.all_rights() {
        let told = right.procedure.iter().flat_map(|p| p.en_ligne.iter().chain(&p.alternative_humaine));
        told.chain([&right.propose]).for_each(|text| number_in_08(text, &right.place, out));
    }
}

/// The words in the file when they stand there as written, else the whole sentence.
fn place_of(source: &str, span: Span, words: &str) -> Span {
    let inside = source.get(span.start..span.end.min(source.len())).map(str::to_lowercase);
    let found = inside.filter(|t| t.len() == span.end - span.start).and_then(|t| t.find(words));
    found.map_or(span, |at| Span::new(span.start + at, span.start + at + words.len()))
}

/// The pieces that a rule names are among those that the procedures that it cites ask for (`R-087`): they have one code.
fn pieces_of_rules(pack: &Pack, out: &mut Vec<Diagnostic>) {
    for right in pack.all_rights().filter(|r| !r.procedures.is_empty()) {
        let procedures = || right.procedures.iter().filter_map(|p| pack.catalogue.procedure(p));
        let asked: Vec<&str> = procedures().flat_map(|p| &p.variants).flat_map(|v| &v.pieces).map(|p| p.code.as_str()).collect();
        for piece in right.pieces.iter().filter(|p| !asked.contains(&p.code.as_str())) {
            let message = format!("aucune démarche de `{}` ne demande la pièce `{}`", right.id, piece.code);
            let close = crate::diagnostic::did_you_mean(&piece.code, asked.iter().copied());
            let help =
                close.map_or_else(|| "l'ajouter à la démarche, ou l'ôter d'ici".to_owned(), |c| format!("vouliez-vous dire `{c}` ?"));
            out.push(Diagnostic::error("R-087", &right.place.0, right.place.1, message).help(help));
        }
    }
}
