//! The steps of a contact, as a table: which may follow which, what each asks to be filled, when to look again.
//!
//! ```text
//! à examiner → retenu | écarté (motif)
//! retenu → à valider → validé (if something written leaves) → contact tenté (canal) → joint | non joint
//! joint → refus | déjà ouvert | non éligible après examen | accompagné (comment) | orienté (où)
//! orienté → suivi d'orientation → droit ouvert | rejeté (motif) → contrôle
//! ```
//!
//! « Droit ouvert » and « autonomie gagnée » are two outcomes: the second is a column of its own, of any step from
//! « joint » on. Steps that nobody bothers to write (« retenu », « contact tenté », « joint », « suivi d'orientation ») are
//! understood when a later one is written; a validation never is.

use super::mots::{Canal, Etape, Motif};

use Etape as E;

/// Which step may follow which. Those without a row are closed.
pub const PASSAGES: &[(Etape, &[Etape])] = &[
    (E::AExaminer, &[E::Retenu, E::Ecarte]),
    (E::Retenu, &[E::AValider, E::ContactTente, E::Ecarte]),
    (E::AValider, &[E::Valide, E::ContactTente, E::Ecarte]),
    (E::Valide, &[E::ContactTente, E::Ecarte]),
    (E::ContactTente, &[E::ContactTente, E::Joint, E::NonJoint]),
    (E::NonJoint, &[E::AValider, E::ContactTente, E::Ecarte]),
    (E::Joint, &[E::ContactTente, E::Refus, E::DejaOuvert, E::NonEligible, E::Accompagne, E::Oriente]),
    (E::Accompagne, &[E::Accompagne, E::Oriente, E::Refus, E::DejaOuvert, E::NonEligible, E::DroitOuvert, E::Rejete]),
    (E::Oriente, &[E::SuiviOrientation]),
    (
        E::SuiviOrientation,
        &[E::SuiviOrientation, E::Oriente, E::Accompagne, E::Refus, E::DejaOuvert, E::NonEligible, E::DroitOuvert, E::Rejete],
    ),
    (E::DroitOuvert, &[E::Controle]),
    (E::Rejete, &[E::Accompagne, E::Oriente, E::Controle]),
];

/// Steps that are understood when a later one is written.
pub const SOUS_ENTENDUES: &[Etape] = &[E::Retenu, E::ContactTente, E::Joint, E::SuiviOrientation];

/// Steps of the contact itself: written once, they hold for every right of the page.
pub const DU_CONTACT: &[Etape] = &[E::Retenu, E::AValider, E::Valide, E::ContactTente, E::Joint, E::NonJoint];

/// Reasons that a step asks.
pub const MOTIFS: &[(Etape, &[Motif])] = &[
    (E::Ecarte, &[Motif::DejaSuivi, Motif::Parti, Motif::Danger, Motif::Temps]),
    (E::Rejete, &[Motif::Piece, Motif::Delai, Motif::Condition, Motif::SansReponse]),
    (E::Controle, &[Motif::ToujoursOuvert, Motif::Interrompu]),
];

/// Days after which a step is to be looked at again, when no day was agreed with the person. Working delays of a team, not
/// delays of the law: a team changes them by writing « rappeler le », and so asks for
/// a control months after a right was opened: without that day the page is deleted before.
pub const RAPPELS: &[(Etape, i32)] = &[
    (E::AExaminer, 7),
    (E::Retenu, 7),
    (E::AValider, 3),
    (E::Valide, 3),
    (E::ContactTente, 7),
    (E::NonJoint, 7),
    (E::Joint, 7),
    (E::Accompagne, 30),
    (E::Oriente, 30),
    (E::SuiviOrientation, 30),
    (E::Rejete, 30),
];

/// Why a step cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refuse {
    /// It does not follow.
    NeSuitPas {
        /// Where the row stands.
        de: Etape,
        /// What was written.
        vers: Etape,
    },
    /// Something written leaves without having been validated.
    NonValide {
        /// By which channel.
        canal: Canal,
    },
    /// By which channel is not said.
    CanalManque,
}

impl Refuse {
    /// In French, with what may be written instead.
    #[must_use]
    pub fn dit(&self) -> String {
        match self {
            Self::NeSuitPas { de, vers } => match suivantes(*de) {
                [] => format!("« {} » ne peut pas suivre « {} » : ce droit est clos pour cette fiche.", vers.dit(), de.dit()),
                permises => {
                    let permises: Vec<String> = permises.iter().map(|e| format!("« {} »", e.dit())).collect();
                    format!("« {} » ne peut pas suivre « {} ». Peuvent suivre : {}.", vers.dit(), de.dit(), permises.join(", "))
                }
            },
            Self::NonValide { canal } => format!(
                "un écrit ({}) ne part qu'après « {} » : notez d'abord « {} », puis « {} ».",
                canal.dit(),
                E::Valide.dit(),
                E::AValider.dit(),
                E::Valide.dit()
            ),
            Self::CanalManque => "il manque le canal par lequel la personne a été contactée.".into(),
        }
    }
}

/// What may follow a step.
#[must_use]
pub fn suivantes(etape: Etape) -> &'static [Etape] {
    PASSAGES.iter().find(|(de, _)| *de == etape).map_or(&[], |(_, vers)| *vers)
}

/// Nothing follows.
#[must_use]
pub fn close(etape: Etape) -> bool {
    suivantes(etape).is_empty()
}

/// Whether something written leaves: the head of service validates it first.
#[must_use]
pub const fn ecrit(canal: Canal) -> bool {
    matches!(canal, Canal::Courrier | Canal::Courriel)
}

/// The steps from `de` (left out) to `vers` (included), those understood in between too: the shortest way.
///
/// # Errors
/// [`Refuse`].
pub fn passer(de: Etape, vers: Etape, canal: Option<Canal>) -> Result<Vec<Etape>, Refuse> {
    let chemin = plus_court(de, vers).ok_or(Refuse::NeSuitPas { de, vers })?;
    let mut avant = de;
    for etape in &chemin {
        if *etape == E::ContactTente {
            let canal = canal.ok_or(Refuse::CanalManque)?;
            if ecrit(canal) && avant != E::Valide {
                return Err(Refuse::NonValide { canal });
            }
        }
        avant = *etape;
    }
    Ok(chemin)
}

fn plus_court(de: Etape, vers: Etape) -> Option<Vec<Etape>> {
    let mut chemins = vec![vec![]];
    // Each understood step at most once.
    for _ in 0..=SOUS_ENTENDUES.len() {
        let mut suite = Vec::new();
        for chemin in &chemins {
            let fin = chemin.last().copied().unwrap_or(de);
            for apres in suivantes(fin) {
                let mut plus: Vec<Etape> = chemin.clone();
                plus.push(*apres);
                if *apres == vers {
                    return Some(plus);
                }
                if SOUS_ENTENDUES.contains(apres) && !chemin.contains(apres) {
                    suite.push(plus);
                }
            }
        }
        chemins = suite;
    }
    None
}

/// Whether a reason is one that this step asks; for a step that asks none, nothing must be written.
#[must_use]
pub fn motif_convient(etape: Option<Etape>, motif: Option<Motif>) -> bool {
    match (MOTIFS.iter().find(|(e, _)| Some(*e) == etape), motif) {
        (Some((_, permis)), Some(m)) => permis.contains(&m),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn les_etapes_sous_entendues_se_comprennent() {
        let tel = Some(Canal::Telephone);
        assert_eq!(passer(E::AExaminer, E::Accompagne, tel).unwrap(), [E::Retenu, E::ContactTente, E::Joint, E::Accompagne]);
        assert_eq!(passer(E::AExaminer, E::NonJoint, tel).unwrap(), [E::Retenu, E::ContactTente, E::NonJoint]);
        assert_eq!(passer(E::Oriente, E::DroitOuvert, None).unwrap(), [E::SuiviOrientation, E::DroitOuvert]);
        assert_eq!(passer(E::Joint, E::Refus, None).unwrap(), [E::Refus]);
    }

    #[test]
    fn rien_d_ecrit_ne_part_sans_validation() {
        for canal in [Canal::Courrier, Canal::Courriel] {
            assert_eq!(passer(E::Retenu, E::ContactTente, Some(canal)), Err(Refuse::NonValide { canal }));
            assert_eq!(passer(E::AValider, E::ContactTente, Some(canal)), Err(Refuse::NonValide { canal }));
            assert!(passer(E::Valide, E::ContactTente, Some(canal)).is_ok());
        }
        assert_eq!(passer(E::Retenu, E::ContactTente, None), Err(Refuse::CanalManque));
    }

    #[test]
    fn un_pas_impossible_dit_ce_qui_peut_suivre() {
        let dit = passer(E::Retenu, E::DroitOuvert, Some(Canal::Visite)).unwrap_err().dit();
        assert!(dit.contains("« droit ouvert » ne peut pas suivre « retenu »") && dit.contains("« contact tenté »"), "{dit}");
        let dit = passer(E::Refus, E::Accompagne, None).unwrap_err().dit();
        assert!(dit.contains("clos"), "{dit}");
    }

    /// Every step is reached, every row of the table leads somewhere, and what is closed is what the workflow closes.
    #[test]
    fn la_table_est_entiere() {
        let closes: Vec<Etape> = E::TOUS.iter().copied().filter(|e| close(*e)).collect();
        assert_eq!(closes, [E::Ecarte, E::Refus, E::DejaOuvert, E::NonEligible, E::Controle]);
        for e in E::TOUS.iter().filter(|e| **e != E::AExaminer) {
            assert!(PASSAGES.iter().any(|(_, vers)| vers.contains(e)), "{e:?}");
        }
        for e in E::TOUS {
            assert!(close(*e) || *e == E::DroitOuvert || RAPPELS.iter().any(|(r, _)| r == e), "{e:?} is never looked at again");
            assert!(!suivantes(*e).contains(&E::AExaminer));
        }
    }
}
