//! CAF and MSA: dossiers, whole composition, housing, receipts. No incomes. The CAF has its own
//! allocataires; the MSA all whom it insures, with the pensions and the health cover that it pays.

use super::cpam::ecrire_css;
use super::{Contexte, Fichier, Organisme, PREMIER_FAIT, echeances, ecrire_identite, parcours, schema_personnes};
use crate::faits::{Activite, Occupation, Role, StatutConjugal};
use crate::hasard::Hasard;
use crate::identite::pays::le_pays;
use crate::tableau::{Genre, Tableau, schema};

/// Columns of persons, beside row number and identity.
const PERSONNES: [(&str, Genre); 13] = [
    ("numero_dossier", Genre::Texte),
    ("qualite", Genre::Texte),
    ("grossesse_declaree", Genre::Bool),
    ("residence_alternee", Genre::Bool),
    ("mt_pension_alim_recue", Genre::Reel),
    ("mt_aah_verse", Genre::Reel),
    ("mt_mva_verse", Genre::Reel),
    ("sejour_rsa_verifie", Genre::Bool),
    ("rsa_jeune_actif", Genre::Bool),
    ("rsa_paye", Genre::Bool),
    ("cd_scolarite", Genre::Texte),
    ("taux_incapacite_cdaph", Genre::Reel),
    ("cd_activite", Genre::Texte),
];
/// More columns in a complete split: facts that no body of the demonstration brings.
const PERSONNES_COMPLET: [(&str, Genre); 14] = [
    ("activite_depuis_mois", Genre::Entier),
    ("activite_precedente", Genre::Texte),
    ("nationalite", Genre::Texte),
    ("duree_titre_sejour_annees", Genre::Reel),
    ("handicap", Genre::Bool),
    ("rsdae", Genre::Bool),
    ("inapte_travail", Genre::Bool),
    ("ass_precondition", Genre::Bool),
    ("boursier", Genre::Bool),
    ("revenus_locatifs_mensuels", Genre::Reel),
    ("revenus_capital_mensuels", Genre::Reel),
    ("livret_a", Genre::Reel),
    ("epargne_non_imposable", Genre::Reel),
    ("age", Genre::Entier),
];
/// The MSA adds the pensions and the health cover that it pays itself.
const PERSONNES_MSA: [(&str, Genre); 8] = [
    ("mt_aspa_verse", Genre::Reel),
    ("mt_asi_verse", Genre::Reel),
    ("sejour_aspa_verifie", Genre::Bool),
    ("aspa_inaptitude", Genre::Bool),
    ("nature_css", Genre::Texte),
    ("date_fin_css", Genre::Texte),
    ("renouvellement_demande", Genre::Bool),
    ("css_active", Genre::Bool),
];

const FOYERS: [(&str, Genre); 19] = [
    ("numero_dossier", Genre::Texte),
    ("cd_sitfam", Genre::Texte),
    ("top_couple", Genre::Bool),
    ("cd_occupation_logement", Genre::Texte),
    ("top_participation_frais", Genre::Bool),
    ("top_isolement_moins_18_mois", Genre::Bool),
    ("mt_rsa_verse", Genre::Reel),
    ("mt_ppa_verse", Genre::Reel),
    ("mt_al_verse", Genre::Reel),
    ("mt_af_verse", Genre::Reel),
    ("mt_cf_verse", Genre::Reel),
    ("mt_asf_verse", Genre::Reel),
    ("mt_paje_base_verse", Genre::Reel),
    ("dt_dtr_attendue", Genre::Texte),
    ("top_dtr_recue", Genre::Bool),
    ("mt_loyer", Genre::Reel),
    ("cd_zone", Genre::Entier),
    ("top_colocation", Genre::Bool),
    ("top_chambre", Genre::Bool),
];
const FOYERS_COMPLET: [(&str, Genre); 5] = [
    ("rfr_n2_foyer1", Genre::Reel),
    ("rfr_n2_foyer2", Genre::Reel),
    ("revenus_fonciers_nets_n2", Genre::Reel),
    ("nb_personnes", Genre::Entier),
    ("nb_enfants", Genre::Entier),
];

pub(super) fn fichiers(o: Organisme, complet: bool) -> Vec<Fichier> {
    let mut personnes = PERSONNES.to_vec();
    let mut foyers = FOYERS.to_vec();
    if complet {
        personnes.extend(PERSONNES_COMPLET);
        foyers.extend(FOYERS_COMPLET);
    } else {
        foyers.extend(echeances::DOSSIERS);
        foyers.extend(parcours::DOSSIERS.as_flattened());
    }
    if o == Organisme::Msa {
        personnes.extend(PERSONNES_MSA);
    }
    if !complet {
        personnes.extend(echeances::FAMILLE);
        if o == Organisme::Msa {
            personnes.extend(echeances::RETRAITE);
            personnes.extend(echeances::SANTE);
            personnes.extend(parcours::C2S);
            personnes.extend(parcours::ASPA);
        }
    }
    vec![
        Fichier { chemin: "extrait/personnes.parquet", schema: schema_personnes(&personnes) },
        Fichier { chemin: "extrait/dossiers.parquet", schema: schema(&foyers) },
    ]
}

/// Codes of marital status in the body's own system.
pub(super) fn code_situation(s: StatutConjugal) -> &'static str {
    match s {
        StatutConjugal::Celibataire => "CEL",
        StatutConjugal::Divorce => "DIV",
        StatutConjugal::Veuf => "VEU",
        StatutConjugal::Marie => "MAR",
        StatutConjugal::Pacse => "PAC",
        StatutConjugal::Concubin => "VMA",
    }
}

fn code_occupation(o: Occupation) -> &'static str {
    match o {
        Occupation::Proprietaire => "PRO",
        Occupation::LocataireVide => "LOC",
        Occupation::LocataireHlm => "HLM",
        Occupation::LocataireMeuble => "MEU",
        Occupation::LogeGratuitement => "GRA",
    }
}

pub(super) fn code_activite(a: Activite) -> &'static str {
    match a {
        Activite::Actif => "ACT",
        Activite::Chomeur => "CHO",
        Activite::Etudiant => "ETU",
        Activite::Retraite => "RET",
        Activite::Inactif => "SAN",
    }
}

fn code_role(r: Role) -> &'static str {
    match r {
        Role::Demandeur => "ALL",
        Role::Conjoint => "CJT",
        Role::Enfant => "ENF",
    }
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [personnes, foyers, ..] = tables else {
        return;
    };
    for (l, e) in &c.lignes {
        let p = &c.foyer.personnes[l.personne];
        let r = &c.recus[l.personne];
        personnes.oublier(c.retard(h, PREMIER_FAIT + 2, 7));
        ecrire_identite(personnes, l, e);
        if l.doublon {
            personnes.rien_d_autre();
            personnes.fin_ligne();
            continue;
        }
        let dossier = l.dossier.map(|d| d.to_string()).unwrap_or_default();
        personnes.texte(dossier.as_str());
        personnes.texte(code_role(l.role));
        personnes.bool(p.enceinte);
        personnes.bool(p.garde_alternee);
        personnes.montant(p.pension_alimentaire);
        personnes.montant(r.aah);
        personnes.montant(r.caah);
        personnes.bool(p.sejour_rsa());
        personnes.bool(p.rsa_jeune_heures_ok);
        personnes.bool(p.adulte() && c.recu.rsa > 0);
        personnes.texte(p.scolarite.code());
        personnes.reel(p.taux_incapacite);
        personnes.texte(code_activite(p.activite));
        if c.src.complet() {
            complet_personne(c, l.personne, personnes);
        } else if c.organisme == Organisme::Msa {
            personnes.montant(r.aspa);
            personnes.montant(r.asi);
            personnes.bool((p.age >= 60).then(|| p.sejour_aspa()));
            personnes.bool((p.age >= 60).then(|| p.aspa_anticipe()));
            ecrire_css(personnes, c.recu);
        }
        if !c.src.complet() {
            echeances::famille(c, l.personne, personnes);
            if c.organisme == Organisme::Msa {
                echeances::retraite(c, l.personne, personnes);
                echeances::sante(c, l.personne, personnes);
                parcours::sante(c, l.personne, personnes);
                parcours::retraite(c, l.personne, personnes);
            }
        }
        personnes.fin_ligne();
    }
    ecrire_foyer(c, h, foyers);
}

fn complet_personne(c: &Contexte<'_>, k: usize, t: &mut Tableau) {
    let p = &c.foyer.personnes[k];
    t.entier(i64::from(p.activite_depuis));
    t.texte(p.activite_precedente.code());
    t.texte(le_pays(p.pays).iso);
    t.reel(p.duree_titre);
    t.bool(p.handicap);
    t.bool(p.rsdae);
    t.bool(p.inapte_travail);
    t.bool(p.ass_precondition);
    t.bool(p.boursier);
    for v in [p.revenus_locatifs, p.revenus_capital, p.livret_a, p.epargne] {
        t.montant(v);
    }
    t.entier(i64::from(p.age));
}

fn ecrire_foyer(c: &Contexte<'_>, h: &mut Hasard, t: &mut Tableau) {
    let Some(dossier) = c.lignes.iter().find_map(|(l, _)| l.dossier) else {
        return;
    };
    let (f, r) = (c.foyer, c.recu);
    // A late fact of the dossier: status, housing or one of the receipts.
    t.oublier(c.retard(h, 1, 14));
    t.texte(dossier.to_string().as_str());
    t.texte(code_situation(f.statut));
    t.bool(f.couple());
    t.texte(code_occupation(f.occupation));
    t.bool(f.participation);
    t.bool(f.isolement_recent);
    for v in [r.rsa, r.ppa, r.aide_logement, r.af, r.cf, r.asf, r.paje_base] {
        t.montant(v);
    }
    if c.src.complet() {
        t.texte(None);
        t.bool(None);
    } else {
        t.date_ou_aucune(r.dtr_attendue);
        t.bool(r.dtr_deposee);
    }
    t.montant(f.loyer);
    t.entier(f.zone);
    t.bool(f.coloc);
    t.bool(f.chambre);
    if c.src.complet() {
        t.montant(f.rfr1);
        t.montant(f.rfr2);
        t.montant(f.fonciers_n2);
        t.entier(f.personnes.len() as i64);
        t.entier(f.enfants() as i64);
    } else {
        echeances::dossiers(c, t);
        parcours::dossiers(c, t);
    }
    t.fin_ligne();
}
