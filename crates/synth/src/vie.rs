//! What happens around the rights of a foyer: the dated facts that ruptures rest on, as they truly are.
//!
//! Each body later writes those that it would hold. Every rate below is the inventor's: no study publishes how often
//! these happen. They are chosen so that each mechanism has cases to find, cases already dealt with, and cases whose
//! date is not near.

use crate::calendrier::{Jour, Mois, civil, jours};
use crate::extraits::Organisme;
use crate::faits::{Activite, Foyer, Occupation, Personne, Role, StatutConjugal};
use crate::hasard::{Hasard, Usage};
use crate::versements::{C2s, RecuFoyer, RecuPersonne};

/// The rates, one place for all.
mod taux {
    /// Landlord's yearly statement received by the end of September.
    pub const ATTESTATION: f64 = 0.88;
    /// A review of rights (« rendez-vous des droits ») over the last year.
    pub const RENDEZ_VOUS: f64 = 0.09;
    /// Schooling of a child of 16 or more confirmed.
    pub const SCOLARITE: f64 = 0.84;
    /// A pension is asked for, among those who near the age; ASPA the same; ASS and RSA before the allowance ends.
    pub const RETRAITE: f64 = 0.45;
    pub const ASPA: f64 = 0.25;
    pub const ASS: f64 = 0.3;
    pub const RSA: f64 = 0.12;
    /// Monthly update already made, in the days when it is open.
    pub const ACTUALISATION: f64 = 0.7;
    /// ASPA recipients with a resources questionnaire open; of these, returned.
    pub const QUESTIONNAIRE: [f64; 2] = [0.07, 0.55];
    /// Free cover renewed by itself whose minimum ended since; told of it.
    pub const D_OFFICE_PERDU: [f64; 2] = [0.06, 0.35];
    /// Foyers whose mail comes back somewhere; then, from each body.
    pub const COURRIER: [f64; 2] = [0.03, 0.6];
    /// Social follow-ups with an end within months; somebody else then helps.
    pub const ACCOMPAGNEMENT: [f64; 2] = [0.35, 0.5];
    /// Widowed less than two years ago, among the widowed.
    pub const VEUVAGE_RECENT: f64 = 0.12;
    /// Survivor's pension served when the death is old; asked for, then served, when it is recent.
    pub const REVERSION: [f64; 3] = [0.86, 0.4, 0.5];
    /// Payment refused by the bank over two months; account then put right.
    pub const REJET: [f64; 2] = [0.006, 0.5];
    /// A payment suspended about a declaration, then another three months before.
    pub const SUSPENSIONS: [f64; 2] = [0.05, 0.3];
    /// Proceedings for child support: expected, begun.
    pub const ASF: [f64; 2] = [0.5, 0.45];
    /// Two monthly contributions owed; since paid.
    pub const PARTICIPATION: [f64; 2] = [0.04, 0.4];
    /// Long illness covered at 100 %: by age under 50, then older; with an end this year; renewal received.
    pub const ALD: [f64; 4] = [0.06, 0.24, 0.2, 0.6];
    /// Decision on the AAH with an end within a year, renewal filed.
    pub const CDAPH: [f64; 2] = [0.25, 0.45];
}

/// Dated facts of a foyer.
#[derive(Clone, Debug, Default)]
pub(crate) struct VieFoyer {
    pub(crate) attestation_attendue: Option<Jour>,
    pub(crate) attestation_recue: bool,
    pub(crate) rendez_vous: Option<Jour>,
    /// Back-to-school allowance of last year, cents.
    pub(crate) ars_precedente: i32,
    pub(crate) ars_confirmation_fin: Option<Jour>,
    pub(crate) recu_reversion: bool,
    pub(crate) recu_veuvage: bool,
    pub(crate) versement_rejete: Option<Jour>,
    pub(crate) compte_a_jour: bool,
    pub(crate) dtr_suspendu: bool,
    /// Last suspension then the one before: begin, nearest due date, payment again.
    pub(crate) suspensions: [Option<[Jour; 3]>; 2],
    pub(crate) isolement_debut: Option<Jour>,
    pub(crate) asf_debut: Option<Jour>,
    pub(crate) asf_attendue: bool,
    pub(crate) asf_engagee: bool,
}

/// Dated facts of a person.
#[derive(Clone, Debug, Default)]
pub(crate) struct ViePersonne {
    pub(crate) retraite_demandee: bool,
    pub(crate) duree_taux_plein: bool,
    pub(crate) aspa_demandee: bool,
    pub(crate) rsa_demandee: bool,
    pub(crate) ass_demandee: bool,
    pub(crate) actualisation_attendue: Option<Jour>,
    pub(crate) actualisation_faite: bool,
    pub(crate) questionnaire: Option<Jour>,
    pub(crate) questionnaire_recu: bool,
    pub(crate) c2s_d_office: bool,
    pub(crate) c2s_avertie: bool,
    pub(crate) participation_avis: Option<Jour>,
    pub(crate) participation_reglee: bool,
    /// Mail arrives, by body in the order of [`Organisme::TOUS`].
    pub(crate) joignable: [bool; 6],
    pub(crate) accompagnement_fin: Option<Jour>,
    pub(crate) accompagnement_relais: bool,
    pub(crate) veuvage: Option<Jour>,
    pub(crate) reversion_demandee: bool,
    pub(crate) veuvage_demande: bool,
    pub(crate) scolarite_confirmee: bool,
    pub(crate) ald_fin: Option<Jour>,
    pub(crate) ald_renouvelee: bool,
    pub(crate) cdaph_fin: Option<Jour>,
    pub(crate) mdph_depose: bool,
}

/// Everything of a foyer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vie {
    pub(crate) foyer: VieFoyer,
    pub(crate) personnes: Vec<ViePersonne>,
}

/// A day some months later, clipped to the end of the month as the law counts.
pub(crate) fn ajoute_mois(jour: Jour, n: i32) -> Jour {
    let (a, m, j) = civil(jour);
    let mois = Mois::nouveau(a, m).plus(n);
    (mois.premier() + j as i32 - 1).min(mois.dernier())
}

/// The dated facts of a foyer, from a stream of their own.
pub(crate) fn vivre(graine: u64, m: Mois, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) -> Vie {
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Vie, 0);
    let foyer = vie_du_foyer(&mut h, m, f, r);
    let npai = h.chance(taux::COURRIER[0]);
    let rien = RecuPersonne::default();
    let personnes: Vec<ViePersonne> =
        f.personnes.iter().enumerate().map(|(k, p)| vie_d_une_personne(&mut h, m, f, p, r, rp.get(k).unwrap_or(&rien), npai)).collect();
    let mut vie = Vie { foyer, personnes };
    survivre(&mut h, m, f, &mut vie);
    vie
}

fn vie_du_foyer(h: &mut Hasard, m: Mois, f: &Foyer, r: &RecuFoyer) -> VieFoyer {
    let mut v = VieFoyer::default();
    let jour = m.premier();
    let (recue, quand) = (h.chance(taux::ATTESTATION), h.entre(1, 330));
    if r.aide_logement > 0 && f.occupation != Occupation::LocataireMeuble {
        let annee = m.plus(-9).annee();
        v.attestation_attendue = Some(jours(annee, 9, 30));
        v.attestation_recue = recue;
    }
    v.rendez_vous = h.chance(taux::RENDEZ_VOUS).then_some(jour - quand);
    let ecoliers = f.personnes.iter().filter(|p| p.role == Role::Enfant && (6..=18).contains(&p.age)).count() as i32;
    let modeste = f.revenu_trimestre() < 230_000 + 60_000 * ecoliers;
    if ecoliers > 0 && modeste && r.af + r.rsa + r.aide_logement + r.paje_base > 0 {
        v.ars_precedente = 43_000 * ecoliers;
        v.ars_confirmation_fin = Some(jours(jour_annee(jour), 10, 31));
    }
    let (rejete, a_jour, quand) = (h.chance(taux::REJET[0]), h.chance(taux::REJET[1]), h.entre(1, 27));
    if r.rsa + r.ppa + r.aide_logement + r.af > 0 && rejete {
        v.versement_rejete = Some(jour - quand);
        v.compte_a_jour = a_jour;
    }
    v.dtr_suspendu = r.dtr_attendue.is_some_and(|d| d < jour);
    let (derniere, precedente) = (h.chance(taux::SUSPENSIONS[0]), h.chance(taux::SUSPENSIONS[1]));
    let cycle = crate::attribution::cycle(f);
    if r.rsa + r.ppa > 0 && derniere && !v.dtr_suspendu {
        let suspension = |rang: i32, h: &mut Hasard| {
            let echeance = m.plus(-rang).dernier();
            let debut = echeance + h.entre(1, 8);
            [debut, echeance, debut + h.entre(8, 30)]
        };
        let premiere = suspension(cycle + 3, h);
        let seconde = suspension(cycle + 6, h);
        v.suspensions = [Some(premiere), precedente.then_some(seconde)];
    }
    let (mois_isole, mois_asf) = (h.entre(0, 17), h.entre(0, 40));
    let (attendue, engagee) = (h.chance(taux::ASF[0]), h.chance(taux::ASF[1]));
    if f.isolement_recent {
        v.isolement_debut = Some(m.plus(-mois_isole).premier());
    }
    if r.asf > 0 {
        // Many children are recognised by one parent only, or the other parent cannot pay: nothing is expected of them.
        v.asf_debut = Some(m.plus(-mois_asf.min(if mois_asf > 20 { 40 } else { mois_asf / 4 })).premier());
        v.asf_attendue = attendue;
        v.asf_engagee = attendue && engagee;
    }
    v
}

fn jour_annee(jour: Jour) -> i32 {
    civil(jour).0
}

fn vie_d_une_personne(h: &mut Hasard, m: Mois, f: &Foyer, p: &Personne, r: &RecuFoyer, rp: &RecuPersonne, npai: bool) -> ViePersonne {
    let jour = m.premier();
    let mut v = ViePersonne {
        retraite_demandee: h.chance(taux::RETRAITE) && (61..68).contains(&p.age) || p.series.retraite[14] > 0,
        duree_taux_plein: h.chance(0.6),
        aspa_demandee: h.chance(taux::ASPA) && (64..68).contains(&p.age),
        rsa_demandee: h.chance(taux::RSA) && r.rsa == 0 && (24..65).contains(&p.age),
        ass_demandee: h.chance(taux::ASS) && p.are_fin.is_some(),
        actualisation_faite: h.chance(taux::ACTUALISATION),
        scolarite_confirmee: h.chance(taux::SCOLARITE),
        ..ViePersonne::default()
    };
    // Opened near the end of the month, until the middle of the next.
    let inscrite = p.inscrit_ft && p.activite == Activite::Chomeur;
    v.actualisation_attendue = inscrite.then_some(jour + 14);
    let (ouvert, rendu, quand) = (h.chance(taux::QUESTIONNAIRE[0]), h.chance(taux::QUESTIONNAIRE[1]), h.entre(0, 89));
    if rp.aspa > 0 && ouvert {
        v.questionnaire = Some(jour + quand);
        v.questionnaire_recu = rendu;
    }
    let (perdu, avertie) = (h.chance(taux::D_OFFICE_PERDU[0]), h.chance(taux::D_OFFICE_PERDU[1]));
    let d_office = r.rsa > 0 || r.aspa > 0;
    v.c2s_d_office = r.c2s == C2s::Gratuite && (d_office || perdu);
    v.c2s_avertie = v.c2s_d_office && !d_office && avertie;
    let (du, paye, quand) = (h.chance(taux::PARTICIPATION[0]), h.chance(taux::PARTICIPATION[1]), h.entre(1, 40));
    if r.c2s == C2s::Participation && p.adulte() && du {
        v.participation_avis = Some(jour - quand);
        v.participation_reglee = paye;
    }
    v.joignable = [true; 6].map(|_| !(h.chance(taux::COURRIER[1]) && npai));
    let (suivi, relais, quand) = (h.chance(taux::ACCOMPAGNEMENT[0]), h.chance(taux::ACCOMPAGNEMENT[1]), h.entre(-120, 240));
    if p.adulte() && suivi {
        v.accompagnement_fin = Some(jour + quand);
        v.accompagnement_relais = relais;
    }
    let (malade, terme, recu, quand) = (h.unif(), h.chance(taux::ALD[2]), h.chance(taux::ALD[3]), h.entre(0, 360));
    if malade < taux::ALD[usize::from(p.age >= 50)] {
        v.ald_fin = terme.then_some(jour + quand);
        v.ald_renouvelee = terme && recu;
    }
    let (terme, depose, quand) = (h.chance(taux::CDAPH[0]), h.chance(taux::CDAPH[1]), h.entre(0, 364));
    if rp.aah > 0 && f.personnes.iter().any(|q| q.taux_incapacite > 0.0) {
        v.cdaph_fin = terme.then_some(jour + quand);
        v.mdph_depose = terme && depose;
    }
    v
}

/// Death of the partner, and what was asked for since.
fn survivre(h: &mut Hasard, m: Mois, f: &Foyer, vie: &mut Vie) {
    let (recent, quand, autrefois) = (h.chance(taux::VEUVAGE_RECENT), h.entre(5, 720), h.entre(721, 9_000));
    let (ancienne, demandee, servie) = (h.chance(taux::REVERSION[0]), h.chance(taux::REVERSION[1]), h.chance(taux::REVERSION[2]));
    let (Some(p), Some(v)) = (f.personnes.first(), vie.personnes.first_mut()) else { return };
    if f.statut != StatutConjugal::Veuf {
        return;
    }
    v.veuvage = Some(m.premier() - if recent { quand } else { autrefois });
    if p.age >= 55 {
        v.reversion_demandee = if recent { demandee } else { ancienne };
        vie.foyer.recu_reversion = v.reversion_demandee && (!recent || servie);
    } else {
        v.veuvage_demande = recent && demandee;
        vie.foyer.recu_veuvage = v.veuvage_demande && servie;
    }
}

impl ViePersonne {
    /// The MDPH knows of the disability of who receives the AAH.
    pub(crate) fn mdph_connue(&self, aah: i32) -> bool {
        aah > 0 || self.cdaph_fin.is_some()
    }

    /// The social follow-up ends or has just ended, and nobody else will help.
    pub(crate) fn sans_relais(&self, jour: Jour) -> bool {
        let finit = |fin: Jour| ajoute_mois(fin, 2) >= jour && ajoute_mois(fin, -1) <= jour;
        self.accompagnement_fin.is_some_and(finit) && !self.accompagnement_relais
    }

    /// Mail of a body arrives.
    pub(crate) fn joignable_par(&self, o: Organisme) -> bool {
        self.joignable[o as usize]
    }
}
