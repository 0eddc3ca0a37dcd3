//! What differs between two manifests.

use std::collections::BTreeSet;

use super::{Manifeste, mots};

/// One thing that two manifests do not say alike, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    cle: String,
    /// What the first says; nothing when it does not speak of it.
    pub avant: Option<String>,
    /// What the second says.
    pub apres: Option<String>,
    mots: String,
}

impl Difference {
    /// The key of the line, as the text has it.
    #[must_use]
    pub fn cle(&self) -> &str {
        &self.cle
    }

    /// One French sentence.
    #[must_use]
    pub fn en_mots(&self) -> String {
        self.mots.clone()
    }
}

/// All differences, in the order of the keys. What follows from another (the fingerprint of the mission, the lines of a
/// body that comes or goes) is not said twice.
pub(super) fn entre(avant: &Manifeste, apres: &Manifeste) -> Vec<Difference> {
    let cles: BTreeSet<&String> = avant.0.keys().chain(apres.0.keys()).collect();
    let changees: Vec<&String> = cles.into_iter().filter(|c| avant.0.get(*c) != apres.0.get(*c)).collect();
    let mut sortie: Vec<Difference> = Vec::new();
    for cle in &changees {
        // It is drawn from the others, unless it alone changed.
        if *cle == "mission.empreinte" && changees.len() > 1 {
            continue;
        }
        if de_qui_vient_ou_part(cle, avant, apres) {
            continue;
        }
        let (a, b) = (avant.0.get(*cle), apres.0.get(*cle));
        let mots = mots::dire(cle, a.map(String::as_str), b.map(String::as_str), avant, apres);
        sortie.push(Difference { cle: (*cle).clone(), avant: a.cloned(), apres: b.cloned(), mots });
    }
    sortie
}

/// Whether a key describes a body that only one of the two has: its name says it.
fn de_qui_vient_ou_part(cle: &str, avant: &Manifeste, apres: &Manifeste) -> bool {
    let Some((id, quoi)) = cle.strip_prefix("organisme.").and_then(|r| r.split_once('.')) else { return false };
    let nom = format!("organisme.{id}.nom");
    quoi != "nom" && avant.0.contains_key(&nom) != apres.0.contains_key(&nom)
}
