//! What became of each right of each page: events put in order, held to the steps of [`super::parcours`].
//!
//! Events are a set: the same file read twice adds nothing, and the order of rows plays no part. Those of a day stand in
//! whichever order the steps allow, the workflow's own when several do.

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::outreach::Jour;

use super::lire::Evenement;
use super::mots::{Accord, Canal, Comment, Etape, Motif, Ou, OuiNon, TypeNonRecours};
use super::parcours::{self, DU_CONTACT, Refuse, passer};
use super::suivi::Ligne;

/// Which right of which page of which opening.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(Debug))]
pub struct Cle {
    /// Opening.
    pub vague: String,
    /// Page.
    pub fiche: u32,
    /// Right.
    pub droit: String,
}

impl Cle {
    /// Of an event.
    #[must_use]
    pub fn de(e: &Evenement) -> Self {
        Self { vague: e.vague.clone(), fiche: e.fiche, droit: e.droit.clone() }
    }

    /// Of a followed row.
    #[must_use]
    pub fn de_ligne(l: &Ligne) -> Self {
        Self { vague: l.vague.clone(), fiche: l.suivie.fiche, droit: l.suivie.droit.clone() }
    }
}

/// A step that was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Pas {
    /// When.
    pub jour: Jour,
    /// Which.
    pub etape: Etape,
    /// By which channel, when the event says.
    pub canal: Option<Canal>,
    /// Why.
    pub motif: Option<Motif>,
    /// How.
    pub comment: Option<Comment>,
}

/// What is known of a right of a page.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Dossier {
    /// Steps, in order, those understood in between too.
    pub pas: Vec<Pas>,
    /// Types seen, as last noted.
    pub vus: Option<BTreeSet<TypeNonRecours>>,
    /// Minutes noted on its rows; none when no row has any.
    pub minutes: Option<u32>,
    /// Autonomy, as last noted.
    pub autonomie: Option<OuiNon>,
    /// Agreements and withdrawals, in order.
    pub accords: Vec<(Jour, Accord, Ou)>,
    /// Day agreed to call again, from its last row.
    pub rappeler: Option<Jour>,
    /// Day of its last row.
    pub dernier: Option<Jour>,
}

impl Dossier {
    /// Where it stands.
    #[must_use]
    pub fn etape(&self) -> Etape {
        self.pas.last().map_or(Etape::AExaminer, |p| p.etape)
    }

    /// The last step of this kind.
    #[must_use]
    pub fn pas(&self, etape: Etape) -> Option<&Pas> {
        self.pas.iter().rev().find(|p| p.etape == etape)
    }

    /// The channel of the last attempt.
    #[must_use]
    pub fn canal(&self) -> Option<Canal> {
        self.pas.iter().rev().filter(|p| p.etape == Etape::ContactTente).find_map(|p| p.canal)
    }

    /// Whether the person agrees, today, that this partner is told: the last word counts, and for that partner alone.
    #[must_use]
    pub fn accord(&self, pour: Ou) -> Option<Jour> {
        let dernier = self.accords.iter().rev().find(|(_, _, ou)| *ou == pour)?;
        (dernier.1 == Accord::Oui).then_some(dernier.0)
    }
}

/// An event that cannot stand where it is written.
#[derive(Clone)]
pub struct Impossible {
    /// The event.
    pub evenement: Evenement,
    /// Why.
    pub refuse: Refuse,
}

/// Most rows of a day of a right whose order is searched; beyond, the workflow's own order is taken.
const RANGEES_D_UN_JOUR: usize = 6;

/// Folds the events into dossiers, one per followed row. Events of unknown rows are left out: whoever reads them says so.
///
/// # Errors
/// Every event that cannot stand where it is written.
pub fn replier(lignes: &[Ligne], evenements: &BTreeSet<Evenement>) -> Result<BTreeMap<Cle, Dossier>, Vec<Impossible>> {
    let mut siens: BTreeMap<Cle, Vec<&Evenement>> = lignes.iter().map(|l| (Cle::de_ligne(l), Vec::new())).collect();
    let mut des_fiches: BTreeMap<(&str, u32), Vec<&Evenement>> = BTreeMap::new();
    for e in evenements {
        if let Some(place) = siens.get_mut(&Cle::de(e)) {
            place.push(e);
            des_fiches.entry((&e.vague, e.fiche)).or_default().push(e);
        }
    }
    let mut dossiers = BTreeMap::new();
    let mut impossibles = Vec::new();
    for (cle, siens) in &siens {
        let de_la_fiche = des_fiches.get(&(cle.vague.as_str(), cle.fiche)).map_or(&[][..], Vec::as_slice);
        match un_droit(cle, siens, de_la_fiche) {
            Ok(dossier) => {
                dossiers.insert(cle.clone(), dossier);
            }
            Err(impossible) => impossibles.push(impossible),
        }
    }
    if impossibles.is_empty() { Ok(dossiers) } else { Err(impossibles) }
}

fn un_droit(cle: &Cle, siens: &[&Evenement], de_la_fiche: &[&Evenement]) -> Result<Dossier, Impossible> {
    let mut dossier = Dossier::default();
    let jours: BTreeSet<Jour> = de_la_fiche.iter().map(|e| e.jour).collect();
    for jour in jours {
        let canal = canal_du_jour(de_la_fiche, jour);
        let du_jour: Vec<&Evenement> = siens.iter().copied().filter(|e| e.jour == jour && e.etape.is_some()).collect();
        let partages: Vec<&Evenement> = de_la_fiche
            .iter()
            .copied()
            .filter(|e| e.jour == jour && e.droit != cle.droit && e.etape.is_some_and(|p| DU_CONTACT.contains(&p)))
            .collect();
        dossier.pas = jour_entier(&dossier.pas, &du_jour, &partages, canal)?;
    }
    for e in siens {
        dossier.vus = e.vus.clone().or(dossier.vus);
        dossier.autonomie = e.autonomie.or(dossier.autonomie);
        dossier.minutes = match (dossier.minutes, e.minutes) {
            (deja, None) => deja,
            (deja, Some(m)) => Some(deja.unwrap_or(0).saturating_add(m)),
        };
        dossier.accords.extend(e.accord.zip(e.accord_pour).map(|(a, pour)| (e.jour, a, pour)));
        dossier.rappeler = e.rappeler;
        dossier.dernier = Some(e.jour);
    }
    dossier.accords.sort_by_key(|(jour, accord, _)| (*jour, *accord));
    Ok(dossier)
}

/// The channel last noted on the page up to a day: rows after the first rarely repeat it.
fn canal_du_jour(de_la_fiche: &[&Evenement], jour: Jour) -> Option<Canal> {
    de_la_fiche
        .iter()
        .filter(|e| e.jour <= jour)
        .filter_map(|e| Some((e.jour, e.canal?)))
        .max_by_key(|(j, c)| (*j, std::cmp::Reverse(*c)))
        .map(|(_, c)| c)
}

/// The steps after a day. Steps of the contact written on another right of the page hold for this one when they fit; its own
/// must fit.
fn jour_entier(avant: &[Pas], siens: &[&Evenement], partages: &[&Evenement], canal: Option<Canal>) -> Result<Vec<Pas>, Impossible> {
    let mut ordre: Vec<&Evenement> = siens.to_vec();
    ordre.sort_by_key(|e| (e.etape, (*e).clone()));
    let mut avec = avant.to_vec();
    let mut partages: Vec<&Evenement> = partages.to_vec();
    partages.sort_by_key(|e| (e.etape, (*e).clone()));
    for e in partages {
        // What the other right says of the contact and does not fit here was not about this one.
        if let Ok(suite) = ajouter(&avec, e, canal) {
            avec = suite;
        }
    }
    if ordre.is_empty() {
        return Ok(avec);
    }
    let premiere = [avec.as_slice(), avant].into_iter().find_map(|depart| {
        if ordre.len() <= RANGEES_D_UN_JOUR { dans_un_ordre(depart, &ordre, canal) } else { suite(depart, &ordre, canal).ok() }
    });
    premiere.map_or_else(|| suite(&avec, &ordre, canal), Ok)
}

/// The steps with one event more.
fn ajouter(pas: &[Pas], e: &Evenement, canal: Option<Canal>) -> Result<Vec<Pas>, Refuse> {
    let Some(vers) = e.etape else { return Ok(pas.to_vec()) };
    let de = pas.last().map_or(Etape::AExaminer, |p| p.etape);
    let canal = e.canal.or(canal);
    let chemin = passer(de, vers, canal)?;
    let mut suite = pas.to_vec();
    suite.extend(chemin.into_iter().map(|etape| Pas {
        jour: e.jour,
        etape,
        canal: (etape == Etape::ContactTente).then_some(canal).flatten(),
        motif: e.motif.filter(|_| etape == vers),
        comment: e.comment.filter(|_| etape == vers),
    }));
    Ok(suite)
}

fn suite(depart: &[Pas], ordre: &[&Evenement], canal: Option<Canal>) -> Result<Vec<Pas>, Impossible> {
    let mut pas = depart.to_vec();
    for e in ordre {
        pas = ajouter(&pas, e, canal).map_err(|refuse| Impossible { evenement: (*e).clone(), refuse })?;
    }
    Ok(pas)
}

/// The first order of a day's events, in the workflow's, that the steps allow.
fn dans_un_ordre(depart: &[Pas], reste: &[&Evenement], canal: Option<Canal>) -> Option<Vec<Pas>> {
    if reste.is_empty() {
        return Some(depart.to_vec());
    }
    (0..reste.len()).find_map(|i| {
        let suite = ajouter(depart, reste.get(i)?, canal).ok()?;
        let autres: Vec<&Evenement> = reste.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, e)| *e).collect();
        dans_un_ordre(&suite, &autres, canal)
    })
}

/// What a right of a page came to, for counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Issue {
    /// The right is open.
    DroitOuvert,
    /// Helped or sent to somebody: examined, and on its way.
    EnCours,
    /// The payer said no for a matter of procedure.
    RejeteProcedure,
    /// The payer says a condition is not met.
    RejeteCondition,
    /// Open already.
    DejaOuvert,
    /// Examined, and the law says no.
    NonEligible,
    /// Said no.
    Refus,
    /// Not reached yet.
    NonJoint,
    /// Set aside.
    Ecarte,
    /// Nothing said yet.
    EnAttente,
}

impl Issue {
    /// All, in the order of tables.
    pub const TOUTES: [Self; 10] = [
        Self::DroitOuvert,
        Self::EnCours,
        Self::RejeteProcedure,
        Self::RejeteCondition,
        Self::DejaOuvert,
        Self::NonEligible,
        Self::Refus,
        Self::NonJoint,
        Self::Ecarte,
        Self::EnAttente,
    ];

    /// Column of a table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DroitOuvert => "droit_ouvert",
            Self::EnCours => "en_cours",
            Self::RejeteProcedure => "rejete_demarche",
            Self::RejeteCondition => "rejete_condition",
            Self::DejaOuvert => "deja_ouvert",
            Self::NonEligible => "non_eligible_apres_examen",
            Self::Refus => "refus",
            Self::NonJoint => "non_joint",
            Self::Ecarte => "ecarte",
            Self::EnAttente => "en_attente",
        }
    }

    /// From its code.
    #[must_use]
    pub fn lire(code: &str) -> Option<Self> {
        Self::TOUTES.into_iter().find(|i| i.code() == code)
    }

    /// Whether the rule was right, as far as it was examined: what is refused, not reached or waiting says nothing of it.
    #[must_use]
    pub const fn juste(self) -> Option<bool> {
        match self {
            Self::DroitOuvert | Self::EnCours | Self::RejeteProcedure => Some(true),
            Self::RejeteCondition | Self::DejaOuvert | Self::NonEligible => Some(false),
            Self::Refus | Self::NonJoint | Self::Ecarte | Self::EnAttente => None,
        }
    }

    /// Of a dossier.
    #[must_use]
    pub fn de(dossier: &Dossier) -> Self {
        // A control is of what stood before it.
        let dernier = dossier.pas.iter().rev().find(|p| p.etape != Etape::Controle);
        let Some(pas) = dernier else { return Self::EnAttente };
        match pas.etape {
            Etape::DroitOuvert => Self::DroitOuvert,
            Etape::Accompagne | Etape::Oriente | Etape::SuiviOrientation => Self::EnCours,
            Etape::Rejete if pas.motif == Some(Motif::Condition) => Self::RejeteCondition,
            Etape::Rejete => Self::RejeteProcedure,
            Etape::DejaOuvert => Self::DejaOuvert,
            Etape::NonEligible => Self::NonEligible,
            Etape::Refus => Self::Refus,
            Etape::NonJoint => Self::NonJoint,
            Etape::Ecarte => Self::Ecarte,
            _ => Self::EnAttente,
        }
    }
}

/// When an open dossier is to be looked at again; nothing once it is closed.
#[must_use]
pub fn rappel(ligne: &Ligne, dossier: &Dossier) -> Option<Jour> {
    let etape = dossier.etape();
    if dossier.rappeler.is_some() && !parcours::close(etape) {
        return dossier.rappeler;
    }
    let delai = parcours::RAPPELS.iter().find(|(e, _)| *e == etape)?.1;
    Some(dossier.pas.last().map_or(ligne.ouverte_le, |p| p.jour) + delai)
}
