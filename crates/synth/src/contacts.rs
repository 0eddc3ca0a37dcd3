//! Contacts of a person with a body over six months, event by event, from needs and access.
//!
//! The class of a person (direct, mixed, digital) is never drawn, nor is a share of it: a body's needs come from
//! what the person receives and lives through, each need is met by one contact or several, and the channel of each
//! follows from access (`acces.rs`) and from what the body offers online. The counts of the register are computed
//! from the events. Rates are the inventor's, tuned so that the published shares of the département study come out
//! within the tolerances of `marges/publie.rs`.

use crate::attribution::cycle;
use crate::calendrier::{Jour, Mois};
use crate::extraits::Organisme;
use crate::faits::{Activite, Foyer, Personne, Role};
use crate::hasard::{Hasard, Usage};
use crate::versements::{C2s, RecuFoyer, RecuPersonne};

/// Length of the window that bodies keep, in months before the month valued.
pub(crate) const FENETRE_MOIS: i32 = 6;

/// Channel of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Canal {
    Accueil,
    Telephone,
    Courrier,
    Numerique,
}

impl Canal {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Accueil => "accueil",
            Self::Telephone => "telephone",
            Self::Courrier => "courrier",
            Self::Numerique => "numerique",
        }
    }
}

/// What a contact was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Objet {
    Declaration,
    Demande,
    Renouvellement,
    Pieces,
    Changement,
    Paiement,
    Information,
    RendezVous,
    Actualisation,
}

impl Objet {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Declaration => "declaration_trimestrielle",
            Self::Demande => "demande",
            Self::Renouvellement => "renouvellement",
            Self::Pieces => "pieces",
            Self::Changement => "changement",
            Self::Paiement => "paiement",
            Self::Information => "information",
            Self::RendezVous => "rendez_vous",
            Self::Actualisation => "actualisation",
        }
    }
}

/// One contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contact {
    pub(crate) le: Jour,
    pub(crate) canal: Canal,
    pub(crate) objet: Objet,
}

/// Counts of contacts over six months, as a register keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comptes {
    pub(crate) accueil: u16,
    pub(crate) telephone: u16,
    pub(crate) courrier: u16,
    /// Digital contacts, the online quarterly declaration apart.
    pub(crate) numerique: u16,
    /// Quarterly declarations made online.
    pub(crate) dtr_en_ligne: u16,
}

impl Comptes {
    pub(crate) fn de(contacts: &[Contact]) -> Self {
        let mut c = Self::default();
        for contact in contacts {
            let n = match (contact.canal, contact.objet) {
                (Canal::Numerique, Objet::Declaration) => &mut c.dtr_en_ligne,
                (Canal::Accueil, _) => &mut c.accueil,
                (Canal::Telephone, _) => &mut c.telephone,
                (Canal::Courrier, _) => &mut c.courrier,
                (Canal::Numerique, _) => &mut c.numerique,
            };
            *n += 1;
        }
        c
    }

    pub(crate) fn directs(&self) -> u16 {
        self.accueil + self.telephone + self.courrier
    }

    /// Channel most used.
    pub(crate) fn habituel(&self) -> &'static str {
        let v = [(self.accueil, "accueil"), (self.telephone, "telephone"), (self.courrier, "courrier"), (self.numerique, "numerique")];
        v.iter().max_by_key(|(n, _)| *n).filter(|(n, _)| *n > 0).map_or("courrier", |(_, c)| c)
    }
}

/// A kind of need at a body.
struct Besoin {
    objet: Objet,
    /// Mean number of such needs over the window.
    moyenne: f64,
    /// Share of those needs that can be met online at all.
    en_ligne: f64,
    /// Share that asks for a paper form or an original, sent or brought.
    papier: f64,
}

const fn besoin(objet: Objet, moyenne: f64, en_ligne: f64, papier: f64) -> Besoin {
    Besoin { objet, moyenne, en_ligne, papier }
}

/// An online step fails (account, attachment, question without answer): a human contact follows.
const ECHEC_EN_LIGNE: f64 = 0.16;
/// The same for who has one of the five difficulties.
const ECHEC_EN_DIFFICULTE: f64 = 0.45;
/// A human contact is followed by a step online (a paper to send) for who goes online.
const SUITE_EN_LIGNE: f64 = 0.5;
/// A quarterly declaration is filed online by those who can; the others send or bring it.
const DTR_EN_LIGNE: f64 = 0.985;

/// Something happened to the person over the window that bodies must be told.
fn changement(m: Mois, f: &Foyer, p: &Personne) -> bool {
    let depuis = m.plus(-FENETRE_MOIS).premier();
    p.activite_depuis <= FENETRE_MOIS
        || p.debut_chomage.is_some_and(|d| d >= depuis)
        || p.are_fin.is_some_and(|d| d >= depuis && d < m.premier())
        || p.enceinte
        || f.personnes.iter().any(|e| e.role == Role::Enfant && e.naissance >= depuis)
}

/// Needs of an adult at a body, from what is received and lived through.
fn besoins(o: Organisme, m: Mois, f: &Foyer, p: &Personne, r: &RecuFoyer, rp: &RecuPersonne) -> Vec<Besoin> {
    use Objet as O;
    let bouge = if changement(m, f, p) { 1.0 } else { 0.0 };
    match o {
        Organisme::Caf | Organisme::Msa => {
            let minimum = r.rsa > 0 || rp.aah > 0;
            // The dossier's business is the applicant's; a partner seldom comes.
            let part = if p.role == Role::Demandeur { 1.0 } else { 0.35 };
            vec![
                besoin(O::Changement, part * (0.12 + 0.9 * bouge), 0.97, 0.02),
                besoin(O::Paiement, part * if minimum { 0.55 } else { 0.2 }, 0.95, 0.0),
                besoin(O::Pieces, part * if minimum { 0.4 } else { 0.15 }, 0.95, 0.02),
                besoin(O::Demande, part * 0.08, 0.85, 0.1),
            ]
        }
        Organisme::Cpam => {
            let c2s = r.c2s != C2s::Aucune;
            // Opened or renewed in the window: twelve months before the end that is known.
            let ouverte = r.c2s_fin.is_some_and(|fin| (m.plus(-FENETRE_MOIS).premier()..m.premier()).contains(&(fin - 364)));
            let d_office = r.rsa > 0 || r.aspa > 0;
            let dossier = if c2s && ouverte && !d_office || r.c2s_demande { 1.0 } else { 0.0 };
            vec![
                besoin(O::Renouvellement, dossier, 0.7, 0.72),
                besoin(O::Information, if c2s { 1.1 } else { 0.5 }, 0.8, 0.0),
                besoin(O::Pieces, if c2s { 0.7 } else { 0.35 }, 0.8, 0.12),
                besoin(O::Paiement, if c2s { 0.7 } else { 0.45 }, 0.85, 0.05),
                besoin(O::Changement, 0.1 + 0.4 * bouge, 0.85, 0.1),
            ]
        }
        Organisme::Carsat if p.age >= 60 => {
            let aspa = rp.aspa > 0;
            vec![
                besoin(O::Information, if aspa { 0.4 } else { 0.2 }, 0.92, 0.0),
                besoin(O::Paiement, if aspa { 0.25 } else { 0.1 }, 0.92, 0.0),
                besoin(O::Pieces, if aspa { 0.15 } else { 0.04 }, 0.9, 0.1),
                besoin(O::Demande, if (60..=67).contains(&p.age) { 0.2 } else { 0.02 }, 0.8, 0.15),
            ]
        }
        Organisme::Carsat => vec![besoin(O::Information, 0.06, 0.9, 0.0)],
        Organisme::FranceTravail => {
            vec![besoin(O::RendezVous, 1.2, 0.3, 0.0), besoin(O::Information, 0.9, 0.85, 0.0), besoin(O::Changement, 0.4 * bouge, 0.9, 0.0)]
        }
        Organisme::Departement => vec![besoin(O::Information, 0.7, 0.2, 0.1), besoin(O::Pieces, 0.4, 0.3, 0.3)],
    }
}

/// What happened between one person and one body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Historique {
    /// Contacts of the window, by date.
    pub(crate) contacts: Vec<Contact>,
    /// Last meeting with a social worker (département only), up to a year ago.
    pub(crate) dernier_rdv: Option<Jour>,
    /// The five difficulties as the social worker noted them (département only): nothing noted is unknown, not « no ».
    pub(crate) observees: [Option<bool>; 5],
    /// The person said which channel they want.
    pub(crate) choix_exprime: bool,
}

/// Share of people who said which channel they want (inventor's): use says nothing of a wish.
const CHOIX_EXPRIME: f64 = 0.15;

/// Share of difficulties that a social worker notes when they are there, and of their absences that are noted.
const OBSERVE: [f64; 2] = [0.6, 0.85];

/// Contacts of every member of a foyer with a body, from a stream of their own.
pub(crate) fn historiques(graine: u64, m: Mois, o: Organisme, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) -> Vec<Historique> {
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Contacts, o as u64);
    let rien = RecuPersonne::default();
    f.personnes.iter().enumerate().map(|(k, p)| historique(&mut h, m, o, f, p, r, rp.get(k).unwrap_or(&rien))).collect()
}

fn historique(h: &mut Hasard, m: Mois, o: Organisme, f: &Foyer, p: &Personne, r: &RecuFoyer, rp: &RecuPersonne) -> Historique {
    let mut sortie = Historique::default();
    if !p.adulte() {
        return sortie;
    }
    let mut t = Tirage { h, p, debut: m.plus(-FENETRE_MOIS).premier(), fin: m.premier() - 1, contacts: Vec::new() };
    if o == Organisme::Departement {
        // Half of the meetings are less than three months old.
        let le = t.fin - (t.h.unif().powi(2) * 360.0) as i32;
        sortie.dernier_rdv = Some(le);
        sortie.observees = p.acces.cinq().map(|v| t.h.chance(OBSERVE[usize::from(v)]).then_some(v));
        if le >= t.debut {
            t.contacts.push(Contact { le, canal: Canal::Accueil, objet: Objet::RendezVous });
        }
    }
    for b in besoins(o, m, f, p, r, rp) {
        for _ in 0..t.h.poisson(b.moyenne) {
            t.rencontrer(&b);
        }
    }
    if matches!(o, Organisme::Caf | Organisme::Msa) && r.rsa + r.ppa > 0 && p.role == Role::Demandeur {
        t.declarer(m, f, r);
    }
    if o == Organisme::FranceTravail && p.activite == Activite::Chomeur {
        t.actualiser(m);
    }
    sortie.choix_exprime = t.h.chance(CHOIX_EXPRIME);
    sortie.contacts = t.contacts;
    sortie.contacts.sort_unstable();
    sortie
}

/// The contacts of one person under construction.
struct Tirage<'t> {
    h: &'t mut Hasard,
    p: &'t Personne,
    debut: Jour,
    fin: Jour,
    contacts: Vec<Contact>,
}

impl Tirage<'_> {
    /// One need: a first contact, then what it leads to.
    fn rencontrer(&mut self, b: &Besoin) {
        let a = &self.p.acces;
        let le = self.h.entre(self.debut, self.fin);
        let (possible, papier, tente) = (self.h.chance(b.en_ligne), self.h.chance(b.papier), self.h.unif());
        let en_ligne = a.peut_en_ligne() && possible && !papier && tente < a.habitude_en_ligne;
        if en_ligne {
            self.contacts.push(Contact { le, canal: Canal::Numerique, objet: b.objet });
            if self.h.chance(if a.en_difficulte() { ECHEC_EN_DIFFICULTE } else { ECHEC_EN_LIGNE }) {
                let canal = self.humain(false);
                self.suite(le, canal, b.objet);
            }
        } else {
            let canal = self.humain(papier);
            self.contacts.push(Contact { le, canal, objet: b.objet });
            if a.peut_en_ligne() && self.h.chance(SUITE_EN_LIGNE * a.habitude_en_ligne) {
                self.suite(le, Canal::Numerique, Objet::Pieces);
            }
        }
    }

    /// A follow-up within three weeks, lost when it falls after the window.
    fn suite(&mut self, le: Jour, canal: Canal, objet: Objet) {
        let le = le + self.h.entre(1, 21);
        if le <= self.fin {
            self.contacts.push(Contact { le, canal, objet });
        }
    }

    /// Counter for what cannot be explained from afar, more so for those who cannot do it alone; post for a paper.
    fn humain(&mut self, papier: bool) -> Canal {
        let a = &self.p.acces;
        let guichet = if a.difficulte_seul || a.difficulte_francais { 0.7 } else { 0.42 };
        let poids = if papier { [0.3, 0.0, 0.7] } else { [guichet, 0.38, 0.2] };
        [Canal::Accueil, Canal::Telephone, Canal::Courrier][self.h.poids(&poids)]
    }

    /// The quarterly declarations of the window, on the foyer's cycle; one still owed was not filed.
    fn declarer(&mut self, m: Mois, f: &Foyer, r: &RecuFoyer) {
        let rang = cycle(f);
        let en_ligne = self.p.acces.peut_en_ligne() && self.h.chance(DTR_EN_LIGNE);
        for k in [rang, rang + 3, rang + 6].into_iter().filter(|k| (1..=FENETRE_MOIS).contains(k)) {
            let le = m.plus(-k).premier() + self.h.entre(0, 27);
            let canal = if en_ligne { Canal::Numerique } else { self.humain(true) };
            if k != 1 || r.dtr_deposee {
                self.contacts.push(Contact { le, canal, objet: Objet::Declaration });
            }
        }
    }

    /// The monthly update of the registered: online, or by telephone.
    fn actualiser(&mut self, m: Mois) {
        let en_ligne = self.p.acces.peut_en_ligne();
        for k in 1..=FENETRE_MOIS {
            let le = m.plus(-k).premier() + self.h.entre(0, 14);
            let canal = if en_ligne { Canal::Numerique } else { Canal::Telephone };
            self.contacts.push(Contact { le, canal, objet: Objet::Actualisation });
        }
    }
}
