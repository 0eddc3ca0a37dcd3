//! Events on the way to a right, as each body holds them: requests, decisions, letters, simulations, ends, proposals.

use super::Contexte;
use crate::parcours::{Famille, Parcours};
use crate::tableau::{Genre, Tableau};

/// Columns of one family at its payer, in the order in which [`evenements`] writes them.
macro_rules! colonnes {
    ($prefixe:literal) => {
        [
            (concat!($prefixe, "_demande_le"), Genre::Texte),
            (concat!($prefixe, "_decision_le"), Genre::Texte),
            (concat!($prefixe, "_decision"), Genre::Texte),
            (concat!($prefixe, "_information_le"), Genre::Texte),
            (concat!($prefixe, "_simulation_le"), Genre::Texte),
            (concat!($prefixe, "_fin_le"), Genre::Texte),
        ]
    };
}

/// Families paid by the CAF or the MSA.
pub(super) const DOSSIERS: [[(&str, Genre); 6]; 4] = [colonnes!("rsa"), colonnes!("ppa"), colonnes!("al"), colonnes!("asf")];
const FAMILLES_DOSSIERS: [Famille; 4] = [Famille::Rsa, Famille::Ppa, Famille::AideLogement, Famille::Asf];
/// Health cover.
pub(super) const C2S: [(&str, Genre); 6] = colonnes!("css");
/// Old-age minimum.
pub(super) const ASPA: [(&str, Genre); 6] = colonnes!("aspa");
/// Proposals of the département's social services.
pub(super) const PROPOSES: [(&str, Genre); 6] = [
    ("rsa_propose_le", Genre::Texte),
    ("ppa_propose_le", Genre::Texte),
    ("css_propose_le", Genre::Texte),
    ("aspa_propose_le", Genre::Texte),
    ("al_propose_le", Genre::Texte),
    ("asf_propose_le", Genre::Texte),
];

fn evenements(p: &Parcours, t: &mut Tableau) {
    t.date_ou_aucune(p.demande);
    t.date_ou_aucune(p.decision);
    t.texte(p.suite.code());
    t.date_ou_aucune(p.information);
    t.date_ou_aucune(p.simulation);
    t.date_ou_aucune(p.fin);
}

pub(super) fn dossiers(c: &Contexte<'_>, t: &mut Tableau) {
    for famille in FAMILLES_DOSSIERS {
        evenements(&c.parcours[famille as usize], t);
    }
}

/// A request is the applicant's: the others of the foyer are known to have made none.
fn demandeur(c: &Contexte<'_>, famille: Famille, k: usize, t: &mut Tableau) {
    let rien = Parcours::default();
    evenements(if c.foyer.personnes[k].role == crate::faits::Role::Demandeur { &c.parcours[famille as usize] } else { &rien }, t);
}

pub(super) fn sante(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    demandeur(c, Famille::C2s, k, t);
}

pub(super) fn retraite(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    demandeur(c, Famille::Aspa, k, t);
}

pub(super) fn proposes(c: &Contexte<'_>, t: &mut Tableau) {
    for p in c.parcours {
        t.date_ou_aucune(p.propose);
    }
}
