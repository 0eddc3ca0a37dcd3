//! Access to procedures, channel classes, and what the département's social services note, as they came out.

use super::mesure::Mesures;
use crate::appartenance::lignes;
use crate::contacts::{Canal, Comptes, Objet, historiques};
use crate::extraits::Organisme;
use crate::faits::Foyer;
use crate::source::Source;
use crate::territoire::Territoire;
use crate::versements::{C2s, RecuFoyer, RecuPersonne};

/// Network and equipment of adults.
pub(super) fn acces(m: &mut Mesures, f: &Foyer) {
    let seul = f.personnes.len() == 1;
    for p in f.adultes() {
        let a = &p.acces;
        m.non_internautes.compter(a.non_internaute);
        if seul {
            m.non_internautes_seuls.compter(a.non_internaute)
        } else {
            m.non_internautes_autres.compter(a.non_internaute)
        }
        m.sans_acces.compter(a.sans_acces);
        if a.precaire_isole {
            m.sans_acces_isoles.compter(a.sans_acces)
        } else {
            m.sans_acces_autres.compter(a.sans_acces)
        }
        m.sans_fixe.compter(a.sans_fixe);
        m.sans_smartphone.compter(a.sans_smartphone);
        m.sans_ordinateur.compter(a.sans_ordinateur);
        match p.age {
            25..=39 => m.en_ligne_25_39.compter(!a.aucune_demarche),
            60..=69 => m.en_ligne_60_69.compter(!a.aucune_demarche),
            70.. => m.en_ligne_70.compter(!a.aucune_demarche),
            _ => {}
        }
    }
}

/// Channel classes over six months of applicants who had a contact (the online quarterly declaration is one, and
/// counts in no class): RSA at the CAF, C2S at the CPAM, ASPA at the Carsat.
pub(super) fn classes(m: &mut Mesures, t: &Territoire, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) {
    let direct = |c: Comptes| c.directs() > 0 && c.numerique == 0;
    let mixte = |c: Comptes| c.directs() > 0 && c.numerique > 0;
    let numerique = |c: Comptes| c.directs() == 0 && c.numerique > 0;
    let contacts = |o| historiques(t.graine(), t.mois_m(), o, f, r, rp).into_iter().next().unwrap_or_default().contacts;
    if r.rsa > 0 && !f.agricole {
        let contacts = contacts(Organisme::Caf);
        if !contacts.is_empty() {
            let c = Comptes::de(&contacts);
            m.rsa_direct.compter(direct(c));
            m.rsa_mixte.compter(mixte(c));
            m.rsa_numerique.compter(numerique(c));
        }
    }
    if r.c2s != C2s::Aucune && !f.agricole {
        let contacts = contacts(Organisme::Cpam);
        for x in contacts.iter().filter(|x| matches!(x.objet, Objet::Demande | Objet::Renouvellement)) {
            m.c2s_papier.compter(matches!(x.canal, Canal::Accueil | Canal::Courrier));
        }
        if !contacts.is_empty() {
            let c = Comptes::de(&contacts);
            m.c2s_mixte.compter(mixte(c));
            m.c2s_numerique.compter(numerique(c));
        }
    }
    if rp.first().is_some_and(|v| v.aspa > 0) && !f.agricole {
        let contacts = contacts(Organisme::Carsat);
        if !contacts.is_empty() {
            let c = Comptes::de(&contacts);
            m.aspa_direct.compter(direct(c));
            m.aspa_numerique.compter(numerique(c));
        }
    }
}

/// People whom the département's social services met, and the difficulties that they noted.
pub(super) fn departement(m: &mut Mesures, t: &Territoire, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) {
    let rencontrees: Vec<usize> = lignes(t, Organisme::Departement, f, r, rp).0.iter().filter(|l| !l.doublon).map(|l| l.personne).collect();
    let historiques =
        if rencontrees.is_empty() { Vec::new() } else { historiques(t.graine(), t.mois_m(), Organisme::Departement, f, r, rp) };
    for k in 0..f.personnes.len() {
        m.departement.compter(rencontrees.contains(&k));
    }
    for h in rencontrees.iter().filter_map(|&k| historiques.get(k)) {
        let notee = h.observees.contains(&Some(true));
        let (seul, couple) = (f.personnes.len() == 1, f.couple() && f.enfants() == 0);
        m.difficulte.compter(notee);
        if notee {
            m.difficulte_seul.compter(h.observees[0] == Some(true));
            m.seuls_en_difficulte.compter(seul);
            m.couples_en_difficulte.compter(couple);
        } else {
            m.seuls_sans_difficulte.compter(seul);
            m.couples_sans_difficulte.compter(couple);
        }
    }
}
