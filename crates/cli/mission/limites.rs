//! `[liaison]`: what the bodies allow a linkage to cost in false links. Every key has a default.

use serde::Deserialize;
use toml::Spanned;

use super::verifier::Verification;

/// Limits of the passes, as the mission declares them.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitesLiaison {
    /// Most false links that one pass may be expected to make between two bodies, as a share of the smaller.
    pub faux_liens_maximum: f64,
    /// The same for all passes together.
    pub faux_liens_cumules_maximum: f64,
    /// Least share of tokens unique in their body.
    pub unicite_minimale: f64,
    /// Least entropy of a token, in bits.
    pub entropie_minimale: f64,
    /// Most rows, over all bodies, that may hold one token.
    pub plafond_frequence: u32,
    /// Most rows of a pass whose token is above that cap, as a share.
    pub part_frequente_maximale: f64,
    /// Most false links that p9 may be expected to make by not heeding contrary birth dates; 0: it always heeds them.
    pub dates_contredites_maximum: f64,
    /// Run the passes beyond p5.
    pub passes_elargies: bool,
}

impl Default for LimitesLiaison {
    fn default() -> Self {
        Self {
            faux_liens_maximum: 0.002,
            faux_liens_cumules_maximum: 0.005,
            unicite_minimale: 0.9,
            entropie_minimale: 20.0,
            plafond_frequence: 64,
            part_frequente_maximale: 0.05,
            dates_contredites_maximum: 0.001,
            passes_elargies: true,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitesBrutes {
    faux_liens_maximum: Option<Spanned<f64>>,
    faux_liens_cumules_maximum: Option<Spanned<f64>>,
    unicite_minimale: Option<Spanned<f64>>,
    entropie_minimale: Option<Spanned<f64>>,
    plafond_frequence: Option<Spanned<u32>>,
    part_frequente_maximale: Option<Spanned<f64>>,
    dates_contredites_maximum: Option<Spanned<f64>>,
    passes_elargies: Option<Spanned<bool>>,
}

pub(super) fn verifier(v: &mut Verification<'_>, brutes: LimitesBrutes) -> LimitesLiaison {
    let d = LimitesLiaison::default();
    let mut nombre = |nom: &str, donne: Option<Spanned<f64>>, defaut: f64, maximum: f64| {
        let Some(donne) = donne else { return defaut };
        let valeur = *donne.get_ref();
        if (0.0..=maximum).contains(&valeur) {
            return valeur;
        }
        let place = v.place(&donne);
        v.faute("E-MISSION-009", place, format!("liaison : « {nom} » ne convient pas."), format!("Écrivez un nombre de 0 à {maximum}."));
        defaut
    };
    let mut limites = LimitesLiaison {
        faux_liens_maximum: nombre("faux_liens_maximum", brutes.faux_liens_maximum, d.faux_liens_maximum, 1.0),
        faux_liens_cumules_maximum: nombre(
            "faux_liens_cumules_maximum",
            brutes.faux_liens_cumules_maximum,
            d.faux_liens_cumules_maximum,
            1.0,
        ),
        unicite_minimale: nombre("unicite_minimale", brutes.unicite_minimale, d.unicite_minimale, 1.0),
        entropie_minimale: nombre("entropie_minimale", brutes.entropie_minimale, d.entropie_minimale, 128.0),
        part_frequente_maximale: nombre("part_frequente_maximale", brutes.part_frequente_maximale, d.part_frequente_maximale, 1.0),
        dates_contredites_maximum: nombre("dates_contredites_maximum", brutes.dates_contredites_maximum, d.dates_contredites_maximum, 1.0),
        passes_elargies: brutes.passes_elargies.map_or(d.passes_elargies, Spanned::into_inner),
        plafond_frequence: d.plafond_frequence,
    };
    if let Some(donne) = brutes.plafond_frequence {
        limites.plafond_frequence = *donne.get_ref();
        if limites.plafond_frequence < 2 {
            let place = v.place(&donne);
            v.faute("E-MISSION-009", place, "liaison : « plafond_frequence » ne convient pas.".into(), "Écrivez 2 ou plus.");
        }
    }
    limites
}

impl LimitesLiaison {
    /// For the mission's fingerprint: nothing when all are the defaults.
    pub(super) fn textes(&self) -> Option<[String; 8]> {
        (*self != Self::default()).then(|| {
            [
                self.faux_liens_maximum.to_string(),
                self.faux_liens_cumules_maximum.to_string(),
                self.unicite_minimale.to_string(),
                self.entropie_minimale.to_string(),
                self.plafond_frequence.to_string(),
                self.part_frequente_maximale.to_string(),
                self.dates_contredites_maximum.to_string(),
                self.passes_elargies.to_string(),
            ]
        })
    }
}
