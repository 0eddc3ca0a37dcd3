//! `cles/identifiants.toml`: which keys belong to the mission. Public: identifiers reveal nothing of keys.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::regles::{self, Jeu};

/// What `cles/identifiants.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifiants {
    /// Fingerprint of the mission for which the keys were made ([`empreinte_de_mission`]).
    pub mission: String,
    /// Epoch.
    pub epoque: String,
    /// Identifier of the level-1 key, shared by the bodies (mode A).
    #[serde(default)]
    pub niveau1: Option<String>,
    /// Identifier of the level-2 key, held by the linkage unit (mode A).
    #[serde(default)]
    pub niveau2: Option<String>,
    /// Identifier of the key holder's master key (mode B).
    #[serde(default)]
    pub oprf: Option<String>,
    /// Public evaluation key of each pass, in hexadecimal (mode B): proofs are checked against these.
    #[serde(default)]
    pub evaluation: BTreeMap<String, String>,
    /// Public age key of each holder, as also in `<détenteur>.pub`: one replaced alone would show.
    #[serde(default)]
    pub destinataires: BTreeMap<String, String>,
    /// Public signature key of each holder's log.
    #[serde(default)]
    pub signatures: BTreeMap<String, String>,
}

/// Fingerprint of a mission with its rule pack (64 hexadecimal digits). The pack is read only when the mission
/// does not itself say its hash.
///
/// # Errors
/// Exit 3 when the pack cannot be read.
pub fn empreinte_de_mission(mission: &Mission) -> Result<String, ErreurCommande> {
    Ok(mission.empreinte(&empreinte_des_regles(mission)?))
}

/// Hash of the rules of a mission, its overlay included: of the pack that it signs, else of the one that it names.
///
/// # Errors
/// Exit 3 when the pack cannot be read.
pub fn empreinte_des_regles(mission: &Mission) -> Result<String, ErreurCommande> {
    let jeu = match &mission.empreinte_regles {
        Some(signee) => signee.clone(),
        None => Jeu::lire(&mission.regles)?.empreinte(),
    };
    regles::avec_variante(mission, jeu)
}

impl Identifiants {
    /// For a mission whose keys are still to be made.
    #[must_use]
    pub fn nouveaux(mission: &Mission, empreinte: &str) -> Self {
        Self { mission: empreinte.to_owned(), epoque: mission.epoque.clone(), ..Self::default() }
    }

    /// Reads the file, `None` when there is none yet.
    ///
    /// # Errors
    /// E-CLES-003 when it cannot be read as such.
    pub fn lire_si_present(mission: &Mission) -> Result<Option<Self>, ErreurCommande> {
        let chemin = chemins::identifiants(mission);
        let refus = |quoi: &str| {
            ErreurCommande::refus("E-CLES-003", format!("{} : {quoi}.", chemin.display()))
                .avec_conseil("Reprenez le fichier remis avec la mission, ou créez les clés par « recours keys new ».")
        };
        let texte = match std::fs::read_to_string(&chemin) {
            Ok(texte) => texte,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(refus("fichier illisible")),
        };
        toml::from_str(&texte).map(Some).map_err(|_| refus("ce n'est pas un fichier d'identifiants de clés"))
    }

    /// Reads the file and checks that its keys are those of this mission.
    ///
    /// # Errors
    /// E-CLES-003 when it is missing or unreadable, E-CLES-004 when it is of another mission.
    pub fn de_mission(mission: &Mission, empreinte: &str) -> Result<Self, ErreurCommande> {
        let lus = Self::lire_si_present(mission)?.ok_or_else(|| {
            ErreurCommande::refus("E-CLES-003", format!("{} : fichier introuvable.", chemins::identifiants(mission).display()))
                .avec_conseil("Créez les clés de la mission par « recours keys new », ou reprenez le dossier « cles » remis avec elle.")
        })?;
        lus.verifier(mission, empreinte)?;
        Ok(lus)
    }

    /// Checks that these keys were made for this mission and its rules as they stand.
    ///
    /// # Errors
    /// E-CLES-004.
    pub fn verifier(&self, mission: &Mission, empreinte: &str) -> Result<(), ErreurCommande> {
        if self.mission == empreinte && self.epoque == mission.epoque {
            return Ok(());
        }
        Err(ErreurCommande::refus(
            "E-CLES-004",
            format!(
                "{} : ces clés sont d'une autre mission (époque {}, empreinte {}… ; celle-ci : époque {}, empreinte {}…).",
                chemins::identifiants(mission).display(),
                self.epoque,
                debut(&self.mission),
                mission.epoque,
                debut(empreinte)
            ),
        )
        .avec_conseil(
            "La mission ou ses règles ont changé depuis la création des clés : reprenez celles d'alors, ou détruisez ces clés et \
             créez-en d'autres (« recours keys destroy », puis « recours keys new »).",
        ))
    }

    /// The identifier of the level-1 (`true`) or level-2 key.
    ///
    /// # Errors
    /// E-CLES-005 when no such key was made for the mission.
    pub fn cle_de_jetons(&self, mission: &Mission, premier_niveau: bool) -> Result<&str, ErreurCommande> {
        let (cle, nom, qui) = match premier_niveau {
            true => (&self.niveau1, "niveau1", "tiers_cles"),
            false => (&self.niveau2, "niveau2", "liaison"),
        };
        cle.as_deref().ok_or_else(|| {
            ErreurCommande::refus(
                "E-CLES-005",
                format!("{} : aucune clé « {nom} » n'a été créée pour cette mission.", chemins::identifiants(mission).display()),
            )
            .avec_conseil(format!("Créez-la par « recours keys new MISSION --role {qui} »."))
        })
    }

    /// The identifier of the key holder's master key.
    ///
    /// # Errors
    /// E-CLES-005 when no such key was made for the mission.
    pub fn cle_oprf(&self, mission: &Mission) -> Result<&str, ErreurCommande> {
        self.oprf.as_deref().ok_or_else(|| sans_evaluation(mission))
    }

    /// The public evaluation key of a pass.
    ///
    /// # Errors
    /// E-CLES-005 when there is none, or what stands there is not hexadecimal.
    pub fn cle_d_evaluation(&self, mission: &Mission, passe: &str) -> Result<Vec<u8>, ErreurCommande> {
        let texte = self.evaluation.get(passe).ok_or_else(|| sans_evaluation(mission))?;
        let chiffres: Vec<u8> = texte.chars().filter_map(|c| c.to_digit(16)).filter_map(|c| u8::try_from(c).ok()).collect();
        let (octets, reste) = chiffres.as_chunks::<2>();
        if chiffres.len() != texte.len() || !reste.is_empty() {
            return Err(sans_evaluation(mission));
        }
        Ok(octets.iter().map(|[haut, bas]| haut << 4 | bas).collect())
    }

    /// The file's text. Every value is written here, none comes from a record.
    #[must_use]
    pub fn texte(&self) -> String {
        let mut texte = String::from("# Clés de la mission : identifiants et clés publiques, aucun secret.\n");
        let mut ligne = |nom: &str, valeur: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(texte, "{nom} = {}", toml::Value::String(valeur.to_owned()));
        };
        ligne("mission", &self.mission);
        ligne("epoque", &self.epoque);
        if let Some(cle) = &self.niveau1 {
            ligne("niveau1", cle);
        }
        if let Some(cle) = &self.niveau2 {
            ligne("niveau2", cle);
        }
        if let Some(cle) = &self.oprf {
            ligne("oprf", cle);
        }
        if !self.evaluation.is_empty() {
            texte.push_str("\n[evaluation]\n");
            for (passe, cle) in &self.evaluation {
                let _ = writeln!(texte, "{passe} = {}", toml::Value::String(cle.clone()));
            }
        }
        if !self.signatures.is_empty() {
            texte.push_str("\n[signatures]\n");
            for (nom, cle) in &self.signatures {
                let _ = writeln!(texte, "{nom} = {}", toml::Value::String(cle.clone()));
            }
        }
        if !self.destinataires.is_empty() {
            texte.push_str("\n[destinataires]\n");
            for (nom, cle) in &self.destinataires {
                let _ = writeln!(texte, "{nom} = {}", toml::Value::String(cle.clone()));
            }
        }
        texte
    }
}

fn sans_evaluation(mission: &Mission) -> ErreurCommande {
    ErreurCommande::refus(
        "E-CLES-005",
        format!("{} : aucune clé d'évaluation (mode B) n'a été créée pour cette mission.", chemins::identifiants(mission).display()),
    )
    .avec_conseil("Le tiers des clés la crée par « recours keys new MISSION --role tiers_cles », puis remet le dossier « cles ».")
}

fn debut(empreinte: &str) -> &str {
    empreinte.get(..12).unwrap_or(empreinte)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn le_texte_se_relit() {
        let ids = Identifiants {
            mission: "ab".repeat(32),
            epoque: "2026-T4".into(),
            niveau1: Some("0011223344556677".into()),
            niveau2: None,
            oprf: Some("8899aabbccddeeff".into()),
            evaluation: BTreeMap::from([("p0".into(), "02ab".into())]),
            destinataires: BTreeMap::from([("caf".into(), "age1x".into()), ("liaison".into(), "age1y".into())]),
            signatures: BTreeMap::from([("caf".into(), "ab".repeat(32))]),
        };
        assert_eq!(toml::from_str::<Identifiants>(&ids.texte()).unwrap(), ids);
        assert_eq!(toml::from_str::<Identifiants>(&Identifiants::default().texte()).unwrap(), Identifiants::default());
    }
}
