//! Versions of one rule: which is in force on a day, and that no two ever are.

use crate::date::{self, Days};
use crate::diagnostic::Diagnostic;
use crate::document::{RightDoc, Text, span_of};

/// A version of a rule: its file, its name, its first and last day.
struct Version<'a> {
    file: &'a str,
    doc: &'a RightDoc,
    name: &'a Text,
    from: Days,
    to: Days,
}

impl Version<'_> {
    /// Where its validity is said, else its name.
    fn place(&self) -> &Text {
        self.doc.validite.as_ref().map_or(self.name, |v| &v.du)
    }
}

/// Days of validity; `None` when one of them does not exist.
fn days(doc: &RightDoc) -> Option<(Days, Days)> {
    let Some(v) = &doc.validite else { return Some((Days::MIN, Days::MAX)) };
    let to = v.au.as_ref().map_or(Some(Days::MAX), |t| date::parse(&t.value));
    Some((date::parse(&v.du.value)?, to?))
}

/// Whether a version is the law on a day.
pub(super) fn in_force(doc: &RightDoc, on: Days) -> bool {
    days(doc).is_some_and(|(from, to)| from <= on && on <= to)
}

/// The name of a right or rupture.
pub(super) fn name(doc: &RightDoc) -> Option<&Text> {
    doc.droit.as_ref().or(doc.rupture.as_ref())
}

/// Dates that do not exist (`R-015`), versions in force together or of the same name (`R-036`), and, as warnings,
/// days between two versions on which there is none (`R-037`).
pub(super) fn check(rights: &[(&str, RightDoc)], out: &mut Vec<Diagnostic>) {
    let mut all = Vec::new();
    for (file, doc) in rights {
        let dates = doc.validite.iter().flat_map(|v| std::iter::once(&v.du).chain(&v.au));
        out.extend(
            dates
                .filter(|t| date::parse(&t.value).is_none())
                .map(|t| Diagnostic::error("R-015", file, span_of(t), "cette date n'existe pas").help("écrire AAAA-MM-JJ")),
        );
        let (Some((from, to)), Some(name)) = (days(doc), name(doc)) else { continue };
        if from > to {
            let at = doc.validite.as_ref().and_then(|v| v.au.as_ref()).unwrap_or(name);
            out.push(
                Diagnostic::error("R-015", file, span_of(at), "cette validité finit avant de commencer").help("`au` ne précède pas `du`"),
            );
        } else {
            all.push(Version { file, doc, name, from, to });
        }
    }
    all.sort_by(|a, b| (&a.name.value, a.from, a.file).cmp(&(&b.name.value, b.from, b.file)));
    for (i, later) in all.iter().enumerate() {
        let same = || all.iter().take(i).filter(|v| v.name.value == later.name.value);
        let fault = |message: String| Diagnostic::error("R-036", later.file, span_of(later.place()), message);
        if let Some(before) = same().find(|v| v.to >= later.from) {
            let from = if later.from == Days::MIN { String::new() } else { format!(" à partir du {}", date::format(later.from)) };
            let message = format!("deux versions de `{}` sont en vigueur ensemble{from}", later.name.value);
            out.push(fault(message).help(format!("finir celle de {} la veille, par `validite: {{ du: …, au: … }}`", before.file)));
        } else if let Some(before) = same().find(|v| v.doc.version.value == later.doc.version.value) {
            let message = format!("deux versions de `{}` s'appellent `{}`", later.name.value, later.doc.version.value);
            out.push(fault(message).help(format!("changer `version` : celle de {} porte déjà ce nom", before.file)));
        } else if let Some(end) = same().map(|v| v.to).max().filter(|end| end + 1 < later.from) {
            let days = format!("du {} au {}", date::format(end + 1), date::format(later.from - 1));
            let message = format!("aucune version de `{}` n'est en vigueur {days}", later.name.value);
            let warning = Diagnostic::warning("R-037", later.file, span_of(later.place()), message);
            out.push(warning.help("si le droit existait alors, ajouter la version qui manque ; sinon, rien à faire"));
        }
    }
}
