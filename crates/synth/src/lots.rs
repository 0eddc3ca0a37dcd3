//! The complete facts as Arrow batches, in the vocabulary of the reference foyers.

use crate::calendrier::iso;
use crate::erreur::ErreurSynth;
use crate::faits::{Foyer, NATURES, Personne, StatutConjugal};
use crate::hasard::euros;
use crate::identite::pays::le_pays;
use crate::source::{ParTranches, Source};
use crate::tableau::{Genre, Tableau, schema};
use crate::territoire::Territoire;
use crate::versements::{C2s, RecuFoyer, RecuPersonne};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// Facts of some foyers: one batch of persons, one of foyers, joined by `household_id`.
#[derive(Clone, Debug)]
pub struct Lot {
    /// One row per person, columns of the reference persons file then those of missions.
    pub personnes: RecordBatch,
    /// One row per foyer, columns of the reference households file then those of missions.
    pub foyers: RecordBatch,
}

/// Schema of [`Lot::personnes`].
#[must_use]
pub fn schema_personnes() -> SchemaRef {
    use Genre::{Bool, Entier, GrandTexte, Reel, Reel32};
    let mut c: Vec<(String, Genre)> = [
        ("person_id", Entier),
        ("household_id", Entier),
        ("role", GrandTexte),
        ("date_naissance", GrandTexte),
        ("age", Entier),
        ("sexe", GrandTexte),
        ("activite", GrandTexte),
        ("activite_depuis_mois", Entier),
        ("activite_precedente", GrandTexte),
        ("etat_travail", GrandTexte),
        ("nationalite", GrandTexte),
        ("duree_titre_sejour_annees", Reel),
        ("taux_incapacite", Reel),
        ("handicap", Bool),
        ("rsdae", Bool),
        ("inapte_travail", Bool),
        ("ass_precondition", Bool),
        ("rsa_jeune_heures_ok", Bool),
        ("date_debut_chomage", GrandTexte),
        ("boursier", Bool),
        ("enceinte", Bool),
        ("garde_alternee", Bool),
        ("scolarite", GrandTexte),
        ("pension_alimentaire_percue_mensuelle", Reel),
        ("revenus_locatifs_mensuels", Reel),
        ("revenus_capital_mensuels", Reel),
        ("livret_a", Reel),
        ("epargne_non_imposable", Reel),
        ("salaire_imposable_n2", Reel),
        ("chomage_imposable_n2", Reel),
        ("retraite_imposable_n2", Reel),
        ("pension_invalidite_n2", Reel),
        ("micro_imposable_n2", Reel),
        ("salaires_apres_abattement_n2", Reel),
        ("pensions_apres_abattement_n2", Reel),
    ]
    .into_iter()
    .map(|(n, g)| (n.to_string(), g))
    .collect();
    for nature in NATURES {
        for k in (0..15).rev() {
            c.push((format!("{nature}_m{k:02}"), Reel));
        }
    }
    for (n, g) in [
        ("recu_aah", Reel32),
        ("recu_ass", Reel32),
        ("recu_asi", Reel32),
        ("recu_caah", Reel32),
        ("condition_sejour_rsa", Bool),
        ("condition_sejour_aspa", Bool),
        ("aspa_age_anticipe", Bool),
        ("recu_c2s", GrandTexte),
        ("c2s_fin", GrandTexte),
        ("c2s_demande_renouvellement", Bool),
        ("c2s_ouverte", Bool),
        ("recu_aspa_personne", Reel),
        ("rsa_en_paiement", Bool),
        ("are_fin", GrandTexte),
        ("inscrit_ft", Bool),
        ("difficulte_seul", Bool),
        ("difficulte_courriel", Bool),
        ("difficulte_francais", Bool),
        ("difficulte_equipement", Bool),
        ("difficulte_code", Bool),
    ] {
        c.push((n.to_string(), g));
    }
    schema(&c)
}

/// Schema of [`Lot::foyers`].
#[must_use]
pub fn schema_foyers() -> SchemaRef {
    use Genre::{Bool, Entier, GrandTexte, Reel, Reel32};
    schema(&[
        ("household_id", Entier),
        ("type_menage", GrandTexte),
        ("statut_conjugal", GrandTexte),
        ("isolement_recent", Bool),
        ("revenus_fonciers_nets_n2", Reel),
        ("statut_occupation", GrandTexte),
        ("zone_apl", Entier),
        ("loyer_hors_charges", Reel),
        ("coloc", Bool),
        ("logement_chambre", Bool),
        ("participation_frais", Bool),
        ("nb_personnes", Entier),
        ("nb_enfants", Entier),
        ("couple", Bool),
        ("rfr_n2_foyer1", Reel),
        ("rfr_n2_foyer2", Reel),
        ("recu_rsa", Reel32),
        ("recu_aspa", Reel32),
        ("recu_aide_logement", Reel32),
        ("recu_af", Reel32),
        ("recu_cf", Reel32),
        ("recu_asf", Reel32),
        ("recu_paje_base", Reel32),
        ("recu_ppa", Reel32),
        ("dtr_attendue", GrandTexte),
        ("dtr_deposee", Bool),
    ])
}

impl Territoire {
    /// The territory in lots of `taille_foyers` foyers, in order. Several lots are invented at a time
    /// (one per thread of the current rayon pool); the result does not depend on how many.
    ///
    /// Dates that may be known to be none (`date_debut_chomage`, `c2s_fin`, `are_fin`, `dtr_attendue`)
    /// are ISO texts, empty for « none ». Amounts are euros a month.
    pub fn lots(&self, taille_foyers: usize) -> impl Iterator<Item = Result<Lot, ErreurSynth>> + '_ {
        let (sp, sf) = (schema_personnes(), schema_foyers());
        ParTranches::nouveau(self.nombre_foyers(), taille_foyers, move |tranche| {
            let mut personnes = Tableau::nouveau(&sp);
            let mut foyers = Tableau::nouveau(&sf);
            for i in tranche {
                let f = self.foyer(i);
                let (r, rp) = self.recus(&f);
                ecrire_foyer(&mut foyers, &f, r);
                for (k, p) in f.personnes.iter().enumerate() {
                    ecrire_personne(&mut personnes, &f, k, p, r, &rp[k]);
                }
            }
            Ok(Lot { personnes: personnes.finir()?, foyers: foyers.finir()? })
        })
    }
}

fn ecrire_foyer(t: &mut Tableau, f: &Foyer, r: &RecuFoyer) {
    t.entier(i64::from(f.id));
    t.texte(f.type_menage.code());
    t.texte(f.statut.code());
    t.bool(f.isolement_recent);
    t.montant(f.fonciers_n2);
    t.texte(f.occupation.code());
    t.entier(f.zone);
    t.montant(f.loyer);
    t.bool(f.coloc);
    t.bool(f.chambre);
    t.bool(f.participation);
    t.entier(f.personnes.len() as i64);
    t.entier(f.enfants() as i64);
    t.bool(f.couple());
    t.montant(f.rfr1);
    t.montant(if f.statut == StatutConjugal::Concubin { f.rfr2 } else { 0 });
    for v in [r.rsa, r.aspa, r.aide_logement, r.af, r.cf, r.asf, r.paje_base, r.ppa] {
        t.montant(v);
    }
    t.date_ou_aucune(r.dtr_attendue);
    t.bool(r.dtr_deposee);
    t.fin_ligne();
}

fn ecrire_personne(t: &mut Tableau, f: &Foyer, k: usize, p: &Personne, r: &RecuFoyer, rp: &RecuPersonne) {
    t.entier(i64::from(f.premiere) + k as i64);
    t.entier(i64::from(f.id));
    t.texte(p.role.code());
    t.texte(iso(p.naissance).as_str());
    t.entier(i64::from(p.age));
    t.texte(p.sexe.code());
    t.texte(p.activite.code());
    t.entier(i64::from(p.activite_depuis));
    t.texte(p.activite_precedente.code());
    t.texte(p.etat.code());
    t.texte(le_pays(p.pays).iso);
    t.reel(p.duree_titre);
    t.reel(p.taux_incapacite);
    t.bool(p.handicap);
    t.bool(p.rsdae);
    t.bool(p.inapte_travail);
    t.bool(p.ass_precondition);
    t.bool(p.rsa_jeune_heures_ok);
    t.date_ou_aucune(p.debut_chomage);
    t.bool(p.boursier);
    t.bool(p.enceinte);
    t.bool(p.garde_alternee);
    t.texte(p.scolarite.code());
    for v in [p.pension_alimentaire, p.revenus_locatifs, p.revenus_capital, p.livret_a, p.epargne] {
        t.montant(v);
    }
    let n = &p.n2;
    for v in [n.salaire, n.chomage, n.retraite, n.invalidite, n.micro, n.salaires_abattus, n.pensions_abattues] {
        t.montant(v);
    }
    for serie in p.series.toutes() {
        for &v in serie {
            t.reel(euros(v));
        }
    }
    for v in [rp.aah, rp.ass, rp.asi, rp.caah] {
        t.montant(v);
    }
    t.bool(p.sejour_rsa());
    t.bool(p.sejour_aspa());
    t.bool(p.aspa_anticipe());
    t.texte(r.c2s.code());
    t.date_ou_aucune(r.c2s_fin);
    t.bool(r.c2s_demande);
    t.bool(r.c2s != C2s::Aucune);
    t.montant(rp.aspa);
    t.bool(p.adulte() && r.rsa > 0);
    t.date_ou_aucune(p.are_fin);
    t.bool(p.inscrit_ft);
    for v in p.acces.cinq() {
        t.bool(v);
    }
    t.fin_ligne();
}
