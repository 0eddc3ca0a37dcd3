//! Dated facts on which ruptures rest, as each body holds them, in columns after those of its file.

use super::{Contexte, Organisme};
use crate::calendrier::iso;
use crate::tableau::{Genre, Tableau};
use crate::versements::C2s;

/// Persons of the CAF and the MSA.
pub(super) const FAMILLE: [(&str, Genre); 4] = [
    ("top_incapacite_80", Genre::Bool),
    ("top_demande_rsa", Genre::Bool),
    ("top_scolarite_confirmee", Genre::Bool),
    ("top_courrier_revenu", Genre::Bool),
];

/// Dossiers of the CAF and the MSA. From `dt_versement_rejete` on, what never leaves them.
pub(super) const DOSSIERS: [(&str, Genre); 19] = [
    ("dt_attestation_loyer", Genre::Texte),
    ("top_attestation_recue", Genre::Bool),
    ("dt_rendez_vous_droits", Genre::Texte),
    ("mt_ars_precedente", Genre::Reel),
    ("dt_confirmation_ars", Genre::Texte),
    ("dt_versement_rejete", Genre::Texte),
    ("top_compte_a_jour", Genre::Bool),
    ("top_dtr_suspension", Genre::Bool),
    ("dt_suspension", Genre::Texte),
    ("dt_suspension_echeance", Genre::Texte),
    ("dt_suspension_levee", Genre::Texte),
    ("dt_suspension_avant", Genre::Texte),
    ("dt_suspension_avant_echeance", Genre::Texte),
    ("dt_suspension_avant_levee", Genre::Texte),
    ("top_rsa_majore", Genre::Bool),
    ("dt_isolement", Genre::Texte),
    ("dt_asf_debut", Genre::Texte),
    ("top_asf_demarche_attendue", Genre::Bool),
    ("top_asf_demarche_engagee", Genre::Bool),
];

/// Pension funds: Carsat, and the MSA for its own.
pub(super) const RETRAITE: [(&str, Genre); 10] = [
    ("retraite_demandee", Genre::Bool),
    ("duree_taux_plein", Genre::Bool),
    ("aspa_demandee", Genre::Bool),
    ("aspa_questionnaire_limite", Genre::Texte),
    ("aspa_questionnaire_recu", Genre::Bool),
    ("date_deces_conjoint", Genre::Texte),
    ("reversion_demandee", Genre::Bool),
    ("reversion_servie", Genre::Bool),
    ("veuvage_demande", Genre::Bool),
    ("veuvage_servi", Genre::Bool),
];

/// Health cover: CPAM, and the MSA for its own. From `participation_avis` on, what never leaves them.
pub(super) const SANTE: [(&str, Genre); 6] = [
    ("css_d_office", Genre::Bool),
    ("css_personne_avertie", Genre::Bool),
    ("participation_avis", Genre::Texte),
    ("participation_reglee", Genre::Bool),
    ("ald_fin", Genre::Texte),
    ("ald_renouvelee", Genre::Bool),
];

/// France Travail.
pub(super) const EMPLOI: [(&str, Genre); 6] = [
    ("situation", Genre::Texte),
    ("cinq_ans_de_travail", Genre::Bool),
    ("ass_demandee", Genre::Bool),
    ("actualisation_limite", Genre::Texte),
    ("actualisation_faite", Genre::Bool),
    ("courrier_revenu", Genre::Bool),
];

/// Département. The follow-up and the decisions of the MDPH never leave it.
pub(super) const SOCIAL: [(&str, Genre); 6] = [
    ("suivi_sans_relais", Genre::Bool),
    ("suivi_fin", Genre::Texte),
    ("suivi_relais", Genre::Bool),
    ("decision_aah_fin", Genre::Texte),
    ("renouvellement_mdph", Genre::Bool),
    ("courrier_revenu", Genre::Bool),
];

/// Mail came back, for bodies that have no other column of their own for it.
pub(super) const COURRIER: (&str, Genre) = ("courrier_revenu", Genre::Bool);

pub(super) fn famille(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let (p, v) = (&c.foyer.personnes[k], &c.vie.personnes[k]);
    t.bool(p.taux_incapacite >= 0.8);
    t.bool(v.rsa_demandee);
    t.bool(v.scolarite_confirmee);
    t.bool(!v.joignable_par(c.organisme));
}

pub(super) fn dossiers(c: &Contexte<'_>, t: &mut Tableau) {
    let v = &c.vie.foyer;
    t.date_ou_aucune(v.attestation_attendue);
    t.bool(v.attestation_recue);
    t.date_ou_aucune(v.rendez_vous);
    t.montant(v.ars_precedente);
    t.date_ou_aucune(v.ars_confirmation_fin);
    t.date_ou_aucune(v.versement_rejete);
    t.bool(v.compte_a_jour);
    t.bool(v.dtr_suspendu);
    for s in v.suspensions {
        for k in 0..3 {
            t.date_ou_aucune(s.map(|s| s[k]));
        }
    }
    t.bool(c.recu.rsa > 0 && v.isolement_debut.is_some());
    t.date_ou_aucune(v.isolement_debut);
    t.date_ou_aucune(v.asf_debut);
    t.bool(v.asf_attendue);
    t.bool(v.asf_engagee);
}

pub(super) fn retraite(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let v = &c.vie.personnes[k];
    t.bool(v.retraite_demandee);
    t.bool(v.duree_taux_plein);
    t.bool(v.aspa_demandee);
    t.date_ou_aucune(v.questionnaire);
    t.bool(v.questionnaire_recu);
    t.date_ou_aucune(v.veuvage);
    t.bool(v.reversion_demandee);
    t.bool(c.vie.foyer.recu_reversion);
    t.bool(v.veuvage_demande);
    t.bool(c.vie.foyer.recu_veuvage);
}

pub(super) fn sante(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let v = &c.vie.personnes[k];
    t.bool(v.c2s_d_office);
    t.bool(v.c2s_avertie);
    t.date_ou_aucune(v.participation_avis.filter(|_| c.recu.c2s == C2s::Participation));
    t.bool(v.participation_reglee);
    t.date_ou_aucune(v.ald_fin);
    t.bool(v.ald_renouvelee);
}

pub(super) fn emploi(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let (p, v) = (&c.foyer.personnes[k], &c.vie.personnes[k]);
    t.texte(super::famille::code_activite(p.activite));
    t.bool(p.ass_precondition);
    t.bool(v.ass_demandee);
    t.date_ou_aucune(v.actualisation_attendue);
    t.bool(v.actualisation_faite);
    t.bool(!v.joignable_par(Organisme::FranceTravail));
}

pub(super) fn social(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let v = &c.vie.personnes[k];
    t.bool(v.sans_relais(c.src.mois_m().premier()));
    t.date_ou_aucune(v.accompagnement_fin);
    t.bool(v.accompagnement_relais);
    // Only people with a decision are known to the MDPH; whether it ends is then known.
    t.texte(v.mdph_connue(c.recus[k].aah).then(|| v.cdaph_fin.map(iso).unwrap_or_default()).as_deref());
    t.bool(v.mdph_connue(c.recus[k].aah).then_some(v.mdph_depose));
    t.bool(!v.joignable_par(Organisme::Departement));
}
