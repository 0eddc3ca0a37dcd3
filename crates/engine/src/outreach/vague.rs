//! One wave for one body: lead body, cap, padding.

use std::cmp::Reverse;

use recours_rules::date;

use super::tirage::Graine;
use super::{Annuaire, BLOC, Bande, FORCE_FAIBLE, Jour, Ligne, Nature, NumeroDeLigne, Poignee, Regle, Reperage};

/// A wave.
#[derive(Debug, Clone)]
pub struct Vague {
    /// The body, by its number in the mission.
    pub organisme: usize,
    /// The mission's date.
    pub jour: Jour,
    /// Last day of a row that has no deadline; see [`expiration_par_defaut`].
    pub expiration: Jour,
    /// At most this many people, if the body declares a capacity.
    pub plafond: Option<usize>,
    /// Seed of the draw.
    pub graine: Graine,
}

/// Last day of the month that comes two months after the mission's date.
pub fn expiration_par_defaut(jour: Jour) -> Jour {
    let fin = date::last_day(date::month_of(i64::from(jour)) + 2);
    i32::try_from(fin).unwrap_or(Jour::MAX)
}

/// Why no list could be made: a fault of the caller, not of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FauteListe {
    /// A finding names a rule that was not given.
    #[error("le repérage de rang {rang} renvoie à une règle qui n'est pas donnée")]
    RegleInconnue {
        /// Position of the finding.
        rang: usize,
    },
}

/// Counts of one right in a wave. The last five add up to `reperees`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BilanDroit {
    /// Right or rupture.
    pub droit: String,
    /// People of whom it was found.
    pub reperees: u64,
    /// In this list.
    pub livrees: u64,
    /// Led by this body, beyond its capacity.
    pub hors_plafond: u64,
    /// Reached by another body, in this wave or a later one.
    pub ailleurs: u64,
    /// Known to none of the right's recipients.
    pub sans_destinataire: u64,
    /// The deadline has passed.
    pub trop_tard: u64,
}

/// Counts of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bilan {
    /// Rows of somebody.
    pub lignes: u64,
    /// People listed.
    pub personnes: u64,
    /// People whom this body leads, left out by its capacity.
    pub hors_plafond: u64,
    /// People of whom something is found in time, and whom no recipient of any of it knows.
    pub injoignables: u64,
    /// Rows of nobody.
    pub remplissage: u64,
    /// By right, in the order of the rules.
    pub droits: Vec<BilanDroit>,
}

/// A row that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remise {
    /// The body's own row id.
    pub row_id: NumeroDeLigne,
    /// Right or rupture.
    pub droit: String,
    /// Last day at which the row may be used.
    pub expire: Jour,
}

/// A list, ready to be encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liste {
    /// Rows of somebody and of nobody, shuffled.
    pub lignes: Vec<Ligne>,
    /// Which of them are of somebody: the host remembers them, and tells nobody.
    pub remises: Vec<Remise>,
    /// Counts, for the host.
    pub bilan: Bilan,
}

/// A person whom the body leads, with the findings that it receives.
struct Contact<'a> {
    personne: Poignee,
    rupture: Option<Jour>,
    tirage: [u8; 16],
    reperages: Vec<&'a Reperage>,
}

/// Makes the list of one body. The result depends on the content of `reperages`, not on their order.
///
/// # Errors
/// [`FauteListe`] when a finding names a rule outside `regles`.
pub fn preparer(vague: &Vague, regles: &[Regle], reperages: &[Reperage], annuaire: &Annuaire) -> Result<Liste, FauteListe> {
    let mut ranges = Vec::with_capacity(reperages.len());
    for (rang, r) in reperages.iter().enumerate() {
        ranges.push((regles.get(r.regle).ok_or(FauteListe::RegleInconnue { rang })?, r));
    }
    // One finding for a person and a right; of two, the less sure one.
    ranges.sort_unstable_by_key(|(_, r)| (r.personne, r.regle, Reverse(r.bande), r.date_utile, r.echeance));
    ranges.dedup_by_key(|(_, r)| (r.personne, r.regle));

    let mut bilan = Bilan {
        droits: regles.iter().map(|r| BilanDroit { droit: r.droit.clone(), ..BilanDroit::default() }).collect(),
        ..Bilan::default()
    };
    let mut contacts = Vec::new();
    for groupe in ranges.chunk_by(|(_, a), (_, b)| a.personne == b.personne) {
        contacts.extend(contact(vague, groupe, annuaire, &mut bilan));
    }
    contacts.sort_unstable_by_key(|c| (c.rupture.is_none(), c.rupture, c.tirage));
    let place = vague.plafond.unwrap_or(contacts.len()).min(contacts.len());
    let ecartes = contacts.split_off(place);
    bilan.personnes = contacts.len() as u64;
    bilan.hors_plafond = ecartes.len() as u64;
    for r in ecartes.iter().flat_map(|c| &c.reperages) {
        compter(&mut bilan, r, |d| &mut d.hors_plafond);
    }
    let mut lignes = Vec::new();
    for c in &contacts {
        let Some(inscription) = annuaire.inscription(vague.organisme, &c.personne) else { continue };
        for r in &c.reperages {
            let Some(regle) = regles.get(r.regle) else { continue };
            compter(&mut bilan, r, |d| &mut d.livrees);
            lignes.push(Ligne {
                row_id: inscription.row_id,
                droit: regle.droit.clone(),
                bande: if inscription.force == FORCE_FAIBLE { Bande::AVerifier } else { r.bande },
                date_utile: r.date_utile,
                regle: regle.regle.clone(),
                expire: r.echeance.or(r.date_utile).map_or(vague.expiration, |j| j.min(vague.expiration)),
            });
        }
    }
    bilan.lignes = lignes.len() as u64;
    let remises = lignes.iter().map(|l| Remise { row_id: l.row_id, droit: l.droit.clone(), expire: l.expire }).collect();
    remplir(vague, regles, &mut lignes);
    bilan.remplissage = lignes.len() as u64 - bilan.lignes;
    lignes.sort_by_cached_key(|l| vague.graine.tirer("ordre", &[&l.row_id, l.droit.as_bytes()]));
    Ok(Liste { lignes, remises, bilan })
}

/// The contact that the body leads with one person, if it does; counts all its findings but those that the
/// cap decides.
fn contact<'a>(vague: &Vague, groupe: &[(&'a Regle, &'a Reperage)], annuaire: &Annuaire, bilan: &mut Bilan) -> Option<Contact<'a>> {
    let personne = groupe.first()?.1.personne;
    let mut joignables = Vec::with_capacity(groupe.len());
    let mut a_temps = false;
    for (regle, r) in groupe {
        compter(bilan, r, |d| &mut d.reperees);
        if r.echeance.or(r.date_utile).is_some_and(|j| j < vague.jour) {
            compter(bilan, r, |d| &mut d.trop_tard);
        } else if let Some(premier) = annuaire.premier(&regle.destinataires, &personne) {
            joignables.push((*regle, *r, premier));
        } else {
            a_temps = true;
            compter(bilan, r, |d| &mut d.sans_destinataire);
        }
    }
    bilan.injoignables += u64::from(a_temps && joignables.is_empty());
    let urgence = |(regle, r, _): &(&'a Regle, &Reperage, usize)| (r.date_utile.is_none(), r.date_utile, regle.nature, &regle.droit);
    let meneur = joignables.iter().min_by(|a, b| urgence(a).cmp(&urgence(b))).map(|(_, _, premier)| *premier)?;
    let (siens, autres): (Vec<_>, Vec<_>) =
        joignables.into_iter().partition(|(regle, _, _)| meneur == vague.organisme && regle.destinataires.contains(&meneur));
    for (_, r, _) in &autres {
        compter(bilan, r, |d| &mut d.ailleurs);
    }
    if siens.is_empty() {
        return None;
    }
    Some(Contact {
        personne,
        rupture: siens.iter().filter(|(regle, ..)| regle.nature == Nature::Rupture).filter_map(|(_, r, _)| r.date_utile).min(),
        tirage: vague.graine.tirer("liste", &[&personne]),
        reperages: siens.into_iter().map(|(_, r, _)| r).collect(),
    })
}

fn compter(bilan: &mut Bilan, r: &Reperage, compte: impl Fn(&mut BilanDroit) -> &mut u64) {
    if let Some(droit) = bilan.droits.get_mut(r.regle) {
        *compte(droit) += 1;
    }
}

/// Adds rows of nobody up to a multiple of [`BLOC`] (one block at least). They repeat the other fields of real
/// rows, so that the encrypted size follows the number of blocks and little else.
fn remplir(vague: &Vague, regles: &[Regle], lignes: &mut Vec<Ligne>) {
    let reelles = lignes.len();
    let modeles: Vec<Ligne> = if reelles > 0 {
        lignes.clone()
    } else {
        let possibles = regles.iter().filter(|r| r.destinataires.contains(&vague.organisme));
        possibles
            .map(|r| Ligne {
                row_id: [0; 16],
                droit: r.droit.clone(),
                bande: Bande::AVerifier,
                date_utile: None,
                regle: r.regle.clone(),
                expire: vague.expiration,
            })
            .collect()
    };
    let manque = reelles.max(1).next_multiple_of(BLOC) - reelles;
    for (i, modele) in modeles.iter().cycle().take(manque).enumerate() {
        let row_id = vague.graine.tirer("personne", &[&(i as u64).to_le_bytes()]);
        lignes.push(Ligne { row_id, ..modele.clone() });
    }
}
