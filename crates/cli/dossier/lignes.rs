//! Lines of the mission file, by key: what a paper says of the mission can be found there.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::sources::Source;

/// For each path of keys (`mission.nom`, `organisme.caf.siren`, `convention.2`), its line.
#[derive(Debug, Default)]
pub struct Lignes(BTreeMap<String, usize>);

impl Lignes {
    /// Reads them. A text that is no TOML has none: the mission was read before.
    #[must_use]
    pub fn de(texte: &str) -> Self {
        let mut lignes = BTreeMap::new();
        if let Ok(table) = DeTable::parse(texte) {
            let debuts: Vec<usize> = std::iter::once(0).chain(texte.match_indices('\n').map(|(i, _)| i + 1)).collect();
            parcourir(table.get_ref(), "", &debuts, &mut lignes);
        }
        Self(lignes)
    }

    /// The line of a key.
    #[must_use]
    pub fn ligne(&self, cle: &str) -> Option<usize> {
        self.0.get(cle).copied()
    }

    /// The source that a key is; a value of the program where the mission has no such key.
    #[must_use]
    pub fn source(&self, cle: &str) -> Source {
        match self.ligne(cle) {
            Some(ligne) => Source::Mission { cle: cle.to_owned(), ligne },
            None => Source::Defaut { cle: cle.to_owned() },
        }
    }
}

fn parcourir(table: &DeTable<'_>, chemin: &str, debuts: &[usize], lignes: &mut BTreeMap<String, usize>) {
    let ligne = |octet: usize| debuts.partition_point(|d| *d <= octet);
    for (cle, valeur) in table {
        let nom = if chemin.is_empty() { cle.get_ref().to_string() } else { format!("{chemin}.{}", cle.get_ref()) };
        lignes.insert(nom.clone(), ligne(cle.span().start));
        match valeur.get_ref() {
            DeValue::Table(t) => parcourir(t, &nom, debuts, lignes),
            DeValue::Array(elements) => {
                for (rang, element) in elements.iter().enumerate() {
                    let DeValue::Table(t) = element.get_ref() else { continue };
                    let id = t.iter().find(|(k, _)| k.get_ref() == "id").and_then(|(_, v)| v.get_ref().as_str());
                    let nom = format!("{nom}.{}", id.map_or_else(|| rang.to_string(), str::to_owned));
                    lignes.insert(nom.clone(), ligne(element.span().start));
                    parcourir(t, &nom, debuts, lignes);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chaque_cle_a_sa_ligne() {
        let texte = "[mission]\nnom = \"x\"\n\n[[organisme]]\nid = \"caf\"\nsiren = \"1\"\n[[organisme.table]]\ncle = \"a\"\n\n[[convention]]\ndu = 2026-07-01\n";
        let lignes = Lignes::de(texte);
        for (cle, ligne) in [("mission.nom", 2), ("organisme.caf.siren", 6), ("organisme.caf.table.0.cle", 8), ("convention.0.du", 11)] {
            assert_eq!(lignes.ligne(cle), Some(ligne), "{cle}");
        }
        assert_eq!(lignes.source("conservation.collecte_mois").jeton(), "defaut:conservation.collecte_mois");
    }
}
