//! What a sealing tells the body: counts and names of columns, never a value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use recours_rules::Pack;
use recours_rules::vocabulary::Crossing;
use recours_seal::token::{Bilan, PASSES};

use crate::mission::extrait::{Extrait, Releve};
use crate::mission::separer_serie;

/// What was sealed. Its `Display` is what `recours seal` prints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BilanScellement {
    /// The body.
    pub organisme: String,
    /// Persons of the extract.
    pub lignes: u64,
    /// Rows delivered.
    pub livrees: u64,
    /// Persons left out because they object; `None` when the body has no register here.
    pub opposees: Option<u64>,
    /// Rows that came into the extract after it was blinded, not delivered (mode B).
    pub nouvelles: u64,
    /// Whether no token was made of national numbers, for no line of the manifest permits it.
    pub numeros_tus: bool,
    /// Foyers delivered, under random names.
    pub foyers: u64,
    /// Quality of identities, and tokens made per pass.
    pub jetons: Bilan,
    /// Columns delivered to the host.
    pub colonnes: Vec<String>,
    /// Columns that the mapping offers and no rule needs from this body: not even read.
    pub abandonnees: Vec<String>,
    /// Columns that the mapping offers and that may not leave the body.
    pub refusees: Vec<String>,
    /// What was not found in the extract.
    pub releve: Releve,
    /// The two envelopes.
    pub fichiers: Vec<PathBuf>,
}

/// What may happen to a column of the vocabulary (`recu_rsa`, `salaire_net_m03`) between bodies; `None` when
/// it has none of this name.
pub(super) fn traverse(pack: &Pack, colonne: &str) -> Option<Crossing> {
    let variable = |nom: &str| pack.vocabulary.variables.iter().find(|v| v.name == nom);
    variable(colonne).or_else(|| separer_serie(colonne).and_then(|(serie, _)| variable(serie))).map(|v| v.crossing)
}

impl BilanScellement {
    pub(super) fn nouveau(pack: &Pack, extrait: &Extrait, registre: bool, livrees: usize) -> Self {
        let lignes = extrait.lignes() as u64;
        let (refusees, abandonnees) =
            extrait.releve.abandonnees.iter().cloned().partition(|c| traverse(pack, c) != Some(Crossing::Authorised));
        Self {
            organisme: extrait.organisme.clone(),
            lignes,
            livrees: livrees as u64,
            opposees: registre.then_some(lignes - livrees as u64),
            colonnes: extrait.colonnes.schema_ref().fields().iter().map(|c| c.name().clone()).collect(),
            abandonnees,
            refusees,
            releve: extrait.releve.clone(),
            ..Self::default()
        }
    }
}

/// `recu_rsa, salaire_net (m02 à m04)`: months of a series together.
fn enumerer(colonnes: &[String]) -> String {
    let mut series: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for colonne in colonnes {
        match separer_serie(colonne) {
            Some((serie, mois)) => series.entry(serie).or_default().push(mois),
            None => {
                series.entry(colonne).or_default();
            }
        }
    }
    let textes: Vec<String> = series
        .into_iter()
        .map(|(nom, mut mois)| {
            mois.sort_unstable();
            match mois.is_empty() {
                true => nom.to_owned(),
                false => format!("{nom} ({})", plages(&mois)),
            }
        })
        .collect();
    textes.join(", ")
}

fn plages(mois: &[u8]) -> String {
    let suites: Vec<String> = mois
        .chunk_by(|a, b| a + 1 == *b)
        .map(|suite| match (suite.first(), suite.last()) {
            (Some(a), Some(b)) if a == b => format!("m{a:02}"),
            (Some(a), Some(b)) => format!("m{a:02} à m{b:02}"),
            _ => String::new(),
        })
        .collect();
    suites.join(", ")
}

impl fmt::Display for BilanScellement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} : {} personnes dans l'extrait, {} lignes scellées.", self.organisme, self.lignes, self.livrees)?;
        match self.opposees {
            Some(0) => writeln!(f, "  oppositions           aucune")?,
            Some(n) => writeln!(f, "  oppositions           {n} personnes, non livrées")?,
            None => writeln!(f, "  oppositions           aucun registre ici : aucune retirée")?,
        }
        let j = &self.jetons;
        let passes: Vec<String> = PASSES.iter().zip(j.avec_jeton).map(|(p, n)| format!("{} {n}", p.code())).collect();
        writeln!(f, "  jetons par passe      {}", passes.join(", "))?;
        writeln!(f, "  sans aucun jeton      {}", j.sans_aucun_jeton)?;
        if self.numeros_tus {
            writeln!(f, "  numéros               aucun jeton : pas de ligne « numero_national » en vigueur dans le manifeste")?;
        } else {
            writeln!(
                f,
                "  numéros               {} certifiables, {} d'attente, {} sans clé juste, {} illisibles, {} d'un autre assuré",
                j.nir_certifiable, j.nia, j.nir_sans_cle, j.nir_illisible, j.nir_d_autrui
            )?;
        }
        writeln!(
            f,
            "  dates de naissance    {} absentes, {} imprécises, {} peut-être fictives",
            j.date_absente, j.date_imprecise, j.date_peut_etre_fictive
        )?;
        writeln!(f, "  foyers                {}", self.foyers)?;
        let aucune = |texte: String| if texte.is_empty() { "aucune".to_owned() } else { texte };
        writeln!(f, "  colonnes livrées      {}", aucune(enumerer(&self.colonnes)))?;
        writeln!(f, "  inutiles aux règles   {}", aucune(enumerer(&self.abandonnees)))?;
        writeln!(f, "  ne sortent pas        {}", aucune(enumerer(&self.refusees)))?;
        if !self.releve.mois_absents.is_empty() {
            writeln!(f, "  mois sans colonne     {} : inconnus, pas nuls", enumerer(&self.releve.mois_absents))?;
        }
        if !self.releve.mois_sans_ligne.is_empty() {
            writeln!(f, "  mois sans une ligne   {} : inconnus, pas nuls", self.releve.mois_sans_ligne.join(", "))?;
        }
        for (nombre, quoi) in [
            (self.releve.foyers_introuvables, "personnes dont le dossier est introuvable"),
            (self.nouvelles, "lignes nouvelles depuis l'aveuglement, non livrées"),
            (self.releve.lignes_orphelines, "lignes d'une personne absente de l'extrait"),
        ] {
            if nombre > 0 {
                writeln!(f, "  attention             {nombre} {quoi}")?;
            }
        }
        for fichier in &self.fichiers {
            writeln!(f, "  écrit                 {}", fichier.display())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_mois_d_une_serie_se_disent_ensemble() {
        let colonnes: Vec<String> =
            ["salaire_net_m04", "recu_rsa", "salaire_net_m02", "salaire_net_m03", "salaire_net_m07"].map(String::from).into();
        assert_eq!(enumerer(&colonnes), "recu_rsa, salaire_net (m02 à m04, m07)");
        assert_eq!(enumerer(&[]), "");
    }
}
