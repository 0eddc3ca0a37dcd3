//! `[conservation]`: how long each thing is kept. Every key has a default.

use serde::Deserialize;
use toml::Spanned;

use super::verifier::Verification;

/// For how long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conservation {
    /// Months after the mission's date: what was collected and made of it (deliveries, linkage, the host's files, lists).
    pub collecte_mois: u16,
    /// Months after each act: what a body remembers of each person's data.
    pub traces_mois: u16,
    /// Months: contents of logs; their hashes stay.
    pub journal_mois: u16,
    /// Days: pages opened at home.
    pub fiches_jours: u16,
}

impl Default for Conservation {
    fn default() -> Self {
        Self { collecte_mois: 12, traces_mois: 36, journal_mois: 12, fiches_jours: 30 }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ConservationBrute {
    collecte_mois: Option<Spanned<u16>>,
    traces_mois: Option<Spanned<u16>>,
    journal_mois: Option<Spanned<u16>>,
    fiches_jours: Option<Spanned<u16>>,
}

pub(super) fn verifier(v: &mut Verification<'_>, brute: ConservationBrute) -> Conservation {
    let d = Conservation::default();
    let mut duree = |nom: &str, donnee: Option<Spanned<u16>>, defaut: u16, maximum: u16| {
        let Some(donnee) = donnee else { return defaut };
        let valeur = *donnee.get_ref();
        if (1..=maximum).contains(&valeur) {
            return valeur;
        }
        let place = v.place(&donnee);
        v.faute(
            "E-MISSION-009",
            place,
            format!("conservation : « {nom} » ne convient pas."),
            format!("Écrivez un nombre de 1 à {maximum}."),
        );
        defaut
    };
    Conservation {
        collecte_mois: duree("collecte_mois", brute.collecte_mois, d.collecte_mois, 12),
        traces_mois: duree("traces_mois", brute.traces_mois, d.traces_mois, 72),
        journal_mois: duree("journal_mois", brute.journal_mois, d.journal_mois, 120),
        fiches_jours: duree("fiches_jours", brute.fiches_jours, d.fiches_jours, 90),
    }
}
