//! What the files of a pack say word for word, beside what the checker made of it: expressions as written, other versions of a rule,
//! and what an overlay replaces with its reasons.

use std::collections::BTreeMap;

use recours_rules::SourceFile;
use recours_rules::document::{CalcDoc, Document, RightDoc, Text, read};
use recours_rules::pack::Pack;

/// A version of a rule: its name, first and last day, as written.
pub(super) struct Version {
    pub(super) nom: String,
    pub(super) du: Option<String>,
    pub(super) au: Option<String>,
}

/// Texts by the qualified name of what they define.
#[derive(Default)]
pub(super) struct Ecrits {
    pub(super) formules: BTreeMap<String, String>,
    pub(super) versions: BTreeMap<String, Vec<Version>>,
    /// Of an overlay: the reason of each clause that it replaces.
    pub(super) raisons: BTreeMap<String, String>,
    /// Of an overlay: the parameters whose values it gives.
    pub(super) remplaces: Vec<String>,
    /// Of an overlay: its name and what it is for.
    pub(super) variante: Option<(String, String)>,
    /// Files with no rule in them that say something of procedures, parameters, words: counted for the reader.
    pub(super) fichiers: usize,
}

impl Ecrits {
    /// Reads them; files that the pack refuses were refused before.
    pub(super) fn de(pack: &Pack, fichiers: &[SourceFile], variante: Option<&SourceFile>) -> Self {
        let mut e = Self { fichiers: fichiers.len(), ..Self::default() };
        for f in fichiers.iter().chain(variante) {
            match read(&f.name, &f.text) {
                Ok(Document::Right(d)) => e.regle(pack, &d),
                Ok(Document::Calcs(d)) => d.calculs.iter().for_each(|c| e.calcul("", c)),
                Ok(Document::Overlay(d)) => {
                    for c in &d.clauses {
                        e.formule(&c.nom.value, &c.formule);
                        e.raisons.insert(c.nom.value.clone(), c.raison.clone());
                    }
                    e.remplaces = d.parametres.iter().map(|p| p.nom.value.clone()).collect();
                    e.variante = Some((d.variante.value.clone(), d.dit.clone()));
                }
                _ => {}
            }
        }
        e
    }

    fn regle(&mut self, pack: &Pack, d: &RightDoc) {
        let Some(id) = d.droit.as_ref().or(d.rupture.as_ref()).map(|t| t.value.as_str()) else { return };
        let version = Version {
            nom: d.version.value.clone(),
            du: d.validite.as_ref().map(|v| v.du.value.clone()),
            au: d.validite.as_ref().and_then(|v| v.au.as_ref().map(|t| t.value.clone())),
        };
        self.versions.entry(id.to_owned()).or_default().push(version);
        if !pack.all_rights().any(|r| r.id == id && r.version == d.version.value) {
            return;
        }
        d.calculs.iter().for_each(|c| self.calcul(id, c));
        for c in &d.conditions {
            self.formule(&format!("{id}.{}", c.id.value), &c.si);
        }
        if let Some(m) = &d.montant {
            self.formule(&format!("{id}.montant_calcule"), &m.formule);
        }
        for (nom, t) in [
            ("percu", &d.percu),
            ("deja_agi", &d.deja_agi),
            ("echeance", &d.echeance),
            ("limite", &d.limite),
            ("date_utile", &d.date_utile),
        ] {
            if let Some(t) = t {
                self.formule(&format!("{id}.{nom}"), t);
            }
        }
    }

    fn calcul(&mut self, prefixe: &str, c: &CalcDoc) {
        let nom = if prefixe.is_empty() { c.nom.value.clone() } else { format!("{prefixe}.{}", c.nom.value) };
        self.formule(&nom, &c.formule);
    }

    /// On several lines where it is long, in the one spelling of rule files.
    fn formule(&mut self, nom: &str, t: &Text) {
        let lignes = recours_rules::format::expression::lines(&t.value, 100).unwrap_or_else(|_| vec![t.value.clone()]);
        self.formules.insert(nom.to_owned(), lignes.join("\n"));
    }
}
