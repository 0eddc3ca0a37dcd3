//! Pieces still to obtain: those that the procedures want, minus those that this body already holds and that are still
//! good.

use recours_engine::outreach::Jour;
use recours_rules::catalogue::{Nature, Obtained};
use recours_rules::pack::Right;

use super::demarches::Demarche;

/// Names that registers give to the pieces of the rules. A name that is not here is asked for again: never the
/// reverse.
const AUTREMENT: [(&str, &str); 5] = [
    ("piece_identite", "identite"),
    ("justificatif_domicile", "logement"),
    ("attestation_loyer", "logement"),
    ("avis_imposition", "avis_impot"),
    ("justificatif_ressources", "ressources"),
];

/// A piece that the body holds: its code, the day on which it came when the register says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detenue {
    /// Code of the rules.
    pub code: String,
    /// Day on which it came.
    pub le: Option<Jour>,
}

impl Detenue {
    /// `rib`, or `logement:2026-05-01`. A day that does not exist is as none.
    pub fn de_texte(texte: &str) -> Option<Self> {
        let (code, jour) = texte.split_once(':').map_or((texte, None), |(c, j)| (c, recours_rules::date::parse(j.trim())));
        let code = code.trim();
        let code = AUTREMENT.iter().find(|(autre, _)| *autre == code).map_or(code, |(_, c)| *c);
        (!code.is_empty()).then(|| Self { code: code.to_owned(), le: jour.and_then(|j| Jour::try_from(j).ok()) })
    }
}

/// Pieces of several procedures, each once, as sentences.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tri {
    /// To ask the person for.
    pub demander: Vec<String>,
    /// That a professional or an exchange between bodies obtains: the person is not asked.
    pub obtenir: Vec<String>,
    /// Held, of a kind that ages, without the day on which it came.
    pub verifier: Vec<String>,
    /// Held and good.
    pub deja: Vec<String>,
    /// Asked for, as far as is known, but not read at its source yet: counted, not named.
    pub non_lues: usize,
}

impl Tri {
    fn vue(&self, dit: &String) -> bool {
        [&self.demander, &self.obtenir, &self.verifier, &self.deja].iter().any(|l| l.contains(dit))
    }

    /// Adds the pieces of a right: those of its procedure in the catalogue, else those that its rule names.
    pub fn ajouter(&mut self, droit: &Right, demarche: Option<&Demarche<'_>>, detenues: &[Detenue], jour: Jour) {
        let Some(demarche) = demarche else {
            for p in &droit.pieces {
                let tenue = detenues.iter().any(|d| d.code == p.code);
                let ou = if tenue { &mut self.deja } else { &mut self.demander };
                if !ou.contains(&p.dit) {
                    ou.push(p.dit.clone());
                }
            }
            return;
        };
        // For a rupture whose rule names its pieces, only those of the procedure that it names.
        let voulues: Vec<&str> = droit.pieces.iter().map(|p| p.code.as_str()).collect();
        for p in &demarche.variante.pieces {
            if !droit.concerns.is_empty() && !voulues.is_empty() && !voulues.contains(&p.code.as_str()) {
                continue;
            }
            if p.checked.is_none() {
                let tenue = p.nature == Nature::Stable && detenues.iter().any(|d| d.code == p.code);
                self.non_lues += usize::from(!tenue);
                continue;
            }
            // The same code with another sentence (resources of three months, of twelve) is another piece.
            if self.vue(&p.says) {
                continue;
            }
            let duree = demarche.duree(p);
            let ou = match detenues.iter().filter(|d| d.code == p.code).max_by_key(|d| d.le) {
                Some(_) if p.nature == Nature::Stable => &mut self.deja,
                Some(Detenue { le: Some(le), .. }) if duree.is_some_and(|(n, _)| jour - le <= i32::try_from(n).unwrap_or(0)) => {
                    &mut self.deja
                }
                Some(Detenue { le: None, .. }) => &mut self.verifier,
                _ if p.obtained == Obtained::ByPerson => &mut self.demander,
                _ => &mut self.obtenir,
            };
            ou.push(match duree {
                Some((n, true)) => format!("{} (de moins de {n} jours)", p.says),
                _ => p.says.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn une_piece_detenue_a_un_code_et_parfois_un_jour() {
        assert_eq!(Detenue::de_texte(" piece_identite "), Some(Detenue { code: "identite".into(), le: None }));
        assert_eq!(Detenue::de_texte("logement:1970-01-11"), Some(Detenue { code: "logement".into(), le: Some(10) }));
        assert_eq!(Detenue::de_texte("rib:hier"), Some(Detenue { code: "rib".into(), le: None }));
        assert_eq!(Detenue::de_texte(" "), None);
    }
}
