//! What a person said no to, as the body's register remembers it. It never leaves as such.
//!
//! | column | holds |
//! |---|---|
//! | `opposition` | the person objects to being looked for and reached: yes or no, never empty |
//! | `opposition_le` | (may be missing) the day when they said so |
//! | `opposition_jusqu_au` | (may be missing) the last day of it; without one it has no end |
//! | `renonciations` | (may be missing) rights that they do not want: `rsa:2026-05-01; aspa:2026-05-01:2027-04-30` |
//!
//! An objection holds on the mission's date: from the moment it is written, even if it was said after that date, until
//! its last day included. A renunciation is of one right (CNIL, délibération 2022-101): the others are still proposed.
//! A refusal in the field is written here, as the one or the other, and is remembered until its last day.
//!
//! Three lines hold an objection: the body does not deliver the person's facts, it delivers their tokens marked so that
//! the linkage unit leaves the person out at every body, and it looks again when it opens a list. A renunciation
//! is held by the third alone: a mark in a delivery would tell others what the person renounced, and a row that is
//! missing would be read as « not receiving » where the body vouches for its file.

use std::path::Path;

use recours_engine::outreach::Jour;
use recours_tables::{Lecteur, Lot};

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Columns that a register may lack.
const FACULTATIVES: [&str; 3] = ["opposition_le", "opposition_jusqu_au", "renonciations"];

/// A right that somebody does not want.
#[derive(Clone, PartialEq, Eq)]
pub struct Renonciation {
    /// The right's identifier in the rules.
    pub droit: String,
    jusqu_au: Option<Jour>,
}

/// What some rows of a register say no to. No `Debug`: it is of persons.
pub struct Refus {
    oppositions: Vec<bool>,
    jusqu_au: Vec<Option<Jour>>,
    renonciations: Vec<Vec<Renonciation>>,
}

/// The names to read in a register beside its other columns.
#[must_use]
pub fn colonnes(registre: &Lecteur) -> Vec<&'static str> {
    std::iter::once("opposition").chain(FACULTATIVES.into_iter().filter(|c| registre.contient(c))).collect()
}

/// The day that objections are held against.
#[must_use]
pub fn jour_de(mission: &Mission) -> Jour {
    i32::try_from(crate::regles::jour(mission)).unwrap_or(Jour::MAX)
}

impl Refus {
    /// Reads [`colonnes`] of a batch.
    ///
    /// # Errors
    /// E-TABLE-007 without the column `opposition` (its silence must not pass for consent), -015 for an empty cell of
    /// it; E-REGISTRE-001 when an end comes before its beginning, E-REGISTRE-002 for a renunciation that cannot be
    /// read; each with its row.
    pub fn lire(lot: &Lot) -> Result<Self, ErreurCommande> {
        let dites = lot.colonne("opposition")?;
        let oppositions = dites.obligatoire(dites.booleen()?)?;
        let n = oppositions.len();
        let dates = |nom: &str| -> Result<Vec<Option<Jour>>, ErreurCommande> {
            Ok(match lot.colonne_si_presente(nom)? {
                Some(colonne) => colonne.date()?,
                None => vec![None; n],
            })
        };
        let (le, jusqu_au) = (dates("opposition_le")?, dates("opposition_jusqu_au")?);
        if let Some(i) = le.iter().zip(&jusqu_au).position(|(le, fin)| matches!((le, fin), (Some(le), Some(fin)) if fin < le)) {
            return Err(a_l_envers(lot, i, "opposition_jusqu_au"));
        }
        let mut renonciations = vec![Vec::new(); n];
        if let Some(colonne) = lot.colonne_si_presente("renonciations")? {
            for (i, (place, texte)) in renonciations.iter_mut().zip(colonne.texte()?.iter()).enumerate() {
                for dite in texte.unwrap_or_default().split(';').map(str::trim).filter(|d| !d.is_empty()) {
                    place.push(renonciation(dite).map_err(|f| f.dans(lot, i))?);
                }
            }
        }
        Ok(Self { oppositions, jusqu_au, renonciations })
    }

    /// Whether the person of row `i` objects on that day.
    #[must_use]
    pub fn opposee(&self, i: usize, jour: Jour) -> bool {
        // A row that is not there says nothing of consent.
        self.oppositions.get(i).copied().unwrap_or(true) && tient(self.jusqu_au.get(i).copied().flatten(), jour)
    }

    /// Rights that the person of row `i` renounces on that day.
    pub fn renonciations(&self, i: usize, jour: Jour) -> impl Iterator<Item = &str> {
        self.renonciations.get(i).into_iter().flatten().filter(move |r| tient(r.jusqu_au, jour)).map(|r| r.droit.as_str())
    }

    /// The objection that row `i` has, whatever the day: its last day, `None` within when it has no end.
    #[must_use]
    pub fn opposition_dite(&self, i: usize) -> Option<Option<Jour>> {
        self.oppositions.get(i).copied().unwrap_or(false).then(|| self.jusqu_au.get(i).copied().flatten())
    }

    /// Rights that row `i` renounces, whatever the day, each with its last day.
    pub fn renonciations_dites(&self, i: usize) -> impl Iterator<Item = (&str, Option<Jour>)> {
        self.renonciations.get(i).into_iter().flatten().map(|r| (r.droit.as_str(), r.jusqu_au))
    }
}

/// Whether what has this last day holds on `jour`.
fn tient(jusqu_au: Option<Jour>, jour: Jour) -> bool {
    jusqu_au.is_none_or(|fin| jour <= fin)
}

enum Faute {
    Illisible,
    ALEnvers,
}

impl Faute {
    fn dans(self, lot: &Lot, i: usize) -> ErreurCommande {
        match self {
            Self::ALEnvers => a_l_envers(lot, i, "renonciations"),
            Self::Illisible => ErreurCommande::refus(
                "E-REGISTRE-002",
                format!("{}, ligne {}, colonne « renonciations » : illisible.", nom(lot), ligne(lot, i)),
            )
            .avec_conseil("Attendu : « droit:date » ou « droit:date:dernier jour », séparés par des points-virgules (dates AAAA-MM-JJ)."),
        }
    }
}

/// `droit`, `droit:le` or `droit:le:jusqu_au`.
fn renonciation(texte: &str) -> Result<Renonciation, Faute> {
    let mut champs = texte.split(':').map(str::trim);
    let droit = champs.next().unwrap_or_default();
    let jour = |t: Option<&str>| match t {
        None | Some("") => Ok(None),
        Some(t) => recours_rules::date::parse(t).and_then(|j| i32::try_from(j).ok()).map(Some).ok_or(Faute::Illisible),
    };
    let (le, jusqu_au) = (jour(champs.next())?, jour(champs.next())?);
    let est_id = !droit.is_empty() && droit.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
    if !est_id || champs.next().is_some() {
        return Err(Faute::Illisible);
    }
    if matches!((le, jusqu_au), (Some(le), Some(fin)) if fin < le) {
        return Err(Faute::ALEnvers);
    }
    Ok(Renonciation { droit: droit.to_owned(), jusqu_au })
}

fn a_l_envers(lot: &Lot, i: usize, colonne: &str) -> ErreurCommande {
    ErreurCommande::refus(
        "E-REGISTRE-001",
        format!("{}, ligne {}, colonne « {colonne} » : la fin vient avant le début.", nom(lot), ligne(lot, i)),
    )
    .avec_conseil("Corrigez l'une des deux dates dans le registre : dans le doute, aucune personne n'est sollicitée.")
}

fn nom(lot: &Lot) -> std::path::Display<'_> {
    let fichier: &Path = lot.fichier();
    fichier.display()
}

fn ligne(lot: &Lot, i: usize) -> u64 {
    lot.premiere_ligne() + i as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Date32Array, RecordBatch, StringArray};

    use super::*;

    fn lot(oppositions: Vec<Option<bool>>, le: Vec<Option<i32>>, fin: Vec<Option<i32>>, dites: Vec<Option<&str>>) -> Lot {
        let lot = RecordBatch::try_from_iter([
            ("opposition", Arc::new(BooleanArray::from(oppositions)) as ArrayRef),
            ("opposition_le", Arc::new(Date32Array::from(le))),
            ("opposition_jusqu_au", Arc::new(Date32Array::from(fin))),
            ("renonciations", Arc::new(StringArray::from(dites))),
        ])
        .unwrap();
        Lot::nouveau(Path::new("registre"), 1, lot)
    }

    /// The last day is included; a date after the mission's does not put an objection off.
    #[test]
    fn une_opposition_dure_jusqu_a_son_dernier_jour() {
        let vrai = Some(true);
        let r = Refus::lire(&lot(
            vec![vrai, vrai, vrai, vrai, Some(false)],
            vec![None, Some(90), Some(120), None, None],
            vec![None, Some(99), Some(150), Some(100), Some(500)],
            vec![None; 5],
        ))
        .unwrap();
        assert_eq!([0, 1, 2, 3, 4].map(|i| r.opposee(i, 100)), [true, false, true, true, false]);
        assert!(!r.opposee(3, 101) && r.opposee(9, 100));
    }

    #[test]
    fn une_renonciation_est_d_un_droit_et_a_une_fin() {
        let texte = "rsa:2026-05-01 ; aspa:2026-05-01:2026-09-30;ppa; asi::2026-10-01;";
        let r = Refus::lire(&lot(vec![Some(false)], vec![None], vec![None], vec![Some(texte)])).unwrap();
        let jour = |t| i32::try_from(recours_rules::date::parse(t).unwrap()).unwrap();
        assert_eq!(r.renonciations(0, jour("2026-10-01")).collect::<Vec<_>>(), ["rsa", "ppa", "asi"]);
        assert_eq!(r.renonciations(0, jour("2026-09-30")).count(), 4);
    }

    #[test]
    fn ce_qui_ne_se_lit_pas_est_refuse_sans_etre_montre() {
        let code = |o, le, fin, dites| Refus::lire(&lot(vec![o], vec![le], vec![fin], vec![dites])).err().unwrap();
        assert_eq!(code(None, None, None, None).code, "E-TABLE-015");
        assert_eq!(code(Some(true), Some(10), Some(9), None).code, "E-REGISTRE-001");
        for (dite, attendu) in [
            ("Zéphyrinette", "E-REGISTRE-002"),
            ("rsa:hier", "E-REGISTRE-002"),
            ("rsa:2026-01-01:2026-02-01:encore", "E-REGISTRE-002"),
            ("rsa:2026-02-01:2026-01-01", "E-REGISTRE-001"),
        ] {
            let e = code(Some(false), None, None, Some(dite));
            assert_eq!(e.code, attendu, "{dite}");
            assert!(!e.to_string().contains(dite) && e.to_string().contains("ligne 1"), "{e}");
        }
    }
}
