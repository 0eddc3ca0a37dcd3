//! What a linkage tells: exact counts to the linkage unit itself, rounded ones to the others.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use recours_seal::linkage::{StatistiquesLiaison, ToutePasse};
use serde_json::{Map, Value, json};

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// What was linked. Its `Display` is what `recours link` prints.
#[derive(Debug, Clone, PartialEq)]
pub struct BilanLiaison {
    /// Exact counts, per pass and per body.
    pub statistiques: StatistiquesLiaison,
    /// Persons left out because a body says that they object. Told rounded, and to nobody else.
    pub ecartees: u64,
    /// Bodies that bring an extract and have not delivered.
    pub absents: Vec<String>,
    /// The files of handles.
    pub fichiers: Vec<PathBuf>,
    /// Per column, the hash of what the canaries have there, for the next linkage of the epoch.
    pub canaris: BTreeMap<String, String>,
}

impl BilanLiaison {
    /// Rows over all bodies.
    #[must_use]
    pub fn lignes(&self) -> u64 {
        self.statistiques.organismes.iter().map(|o| o.lignes).sum()
    }

    /// Persons found.
    #[must_use]
    pub fn personnes(&self) -> u64 {
        self.statistiques.personnes_par_nombre_d_organismes.iter().sum()
    }

    /// `statistiques.json`: counts to the nearest ten, `null` from 1 to 10.
    pub(super) fn texte_arrondi(&self, mission: &Mission, empreinte: &str) -> Result<String, ErreurCommande> {
        let defaut = |_| ErreurCommande::panne("E-LIAISON-003", "les comptes de la liaison n'ont pas pu être écrits.");
        let mut racine = Map::new();
        racine.insert("mission".into(), json!(empreinte));
        racine.insert("epoque".into(), json!(mission.epoque));
        racine.insert("arrondi".into(), json!("à la dizaine ; null : de 1 à 10"));
        racine.insert("absents".into(), json!(self.absents));
        let mut comptes = serde_json::to_value(&self.statistiques).map_err(defaut)?;
        arrondir(&mut comptes);
        racine.insert(super::canaris::CHAMP.into(), json!(self.canaris));
        if let Value::Object(champs) = comptes {
            racine.extend(champs);
        }
        let mut texte = serde_json::to_string_pretty(&Value::Object(racine)).map_err(defaut)?;
        texte.push('\n');
        Ok(texte)
    }
}

/// Small counts say something of few people; exact ones let two linkages be compared.
fn arrondir(valeur: &mut Value) {
    match valeur {
        Value::Array(valeurs) => valeurs.iter_mut().for_each(arrondir),
        Value::Object(champs) => champs.values_mut().for_each(arrondir),
        Value::Number(nombre) => {
            if let Some(n) = nombre.as_u64() {
                *valeur = match n {
                    0 => json!(0),
                    1..=10 => Value::Null,
                    n => json!((n + 5) / 10 * 10),
                };
            }
        }
        _ => {}
    }
}

fn pour_cent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

impl fmt::Display for BilanLiaison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} lignes reliées en {} personnes.", self.lignes(), self.personnes())?;
        writeln!(f, "Personnes laissées de côté, opposées chez un organisme : {}.", crate::journal::arrondi(self.ecartees))?;
        writeln!(f, "\n{:<16} {:>10} {:>10} {:>9} {:>13} {:>11}", "organisme", "lignes", "reliées", "", "NIR certifiés", "sans jeton")?;
        for o in &self.statistiques.organismes {
            let part = pour_cent(o.part_reliee());
            writeln!(f, "{:<16} {:>10} {:>10} {part:>9} {:>13} {:>11}", o.organisme, o.lignes, o.reliees, o.nir_certifies, o.sans_jeton)?;
        }
        for absent in &self.absents {
            writeln!(f, "{absent:<16} n'a pas livré : ses faits restent inconnus")?;
        }
        writeln!(
            f,
            "\n{:<6} {:>10} {:>9} {:>10} {:>9} {:>9} {:>7} {:>10} {:>15} {:>13}",
            "passe", "jetons", "uniques", "liens", "ambigus", "doublons", "veto", "contredits", "contradictoires", "faux attendus"
        )?;
        for p in &self.statistiques.passes {
            // Of a wider pass only the tokens that may serve are held: their share among all says nothing.
            let unicite = if matches!(p.passe, ToutePasse::Simple(_)) { pour_cent(p.unicite()) } else { String::new() };
            writeln!(
                f,
                "{:<6} {:>10} {unicite:>9} {:>10} {:>9} {:>9} {:>7} {:>10} {:>15} {:>13.1}",
                p.passe.code(),
                p.jetons,
                p.liens,
                p.ambigus.groupes,
                p.doublons.groupes,
                p.veto.groupes,
                p.contredits.groupes,
                p.concurrents.groupes + p.deja_pris.groupes,
                p.faux_liens_attendus
            )?;
        }
        for p in &self.statistiques.passes {
            if let Some(d) = p.depassement {
                writeln!(f, "E-LIAISON-006 passe {} refusée : {}", p.passe.code(), d.texte())?;
            }
            if p.dates_admises {
                writeln!(
                    f,
                    "passe {} : une date de naissance contraire n'y refuse pas un lien (trop peu d'homonymes à une adresse)",
                    p.passe.code()
                )?;
            }
        }
        let connus: Vec<String> =
            (1..).zip(&self.statistiques.personnes_par_nombre_d_organismes).map(|(k, n)| format!("{k} : {n}")).collect();
        writeln!(f, "\nPersonnes par nombre d'organismes qui les connaissent : {}", connus.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_petits_comptes_disparaissent_et_les_grands_perdent_leur_unite() {
        let mut valeur = json!({"a": [0, 1, 10, 11, 15, 1_234], "b": {"passe": "p0", "refusee": false}});
        arrondir(&mut valeur);
        assert_eq!(valeur, json!({"a": [0, null, null, 10, 20, 1_230], "b": {"passe": "p0", "refusee": false}}));
    }
}
