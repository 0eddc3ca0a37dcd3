//! The truth of ruptures: who is about to lose what, and when, from the facts of an invented life.
//!
//! Nothing here reads a rule or calls the engine: delays, ages and windows are written again from the law and from
//! the catalogue's words, so that a measure can hold the findings against something else than themselves. A rupture
//! whose deadline is near is written whether or not somebody has acted already (`acted`).

use crate::appartenance::lignes;
use crate::calendrier::{Jour, Mois, age, civil, jours};
use crate::erreur::ErreurSynth;
use crate::extraits::Organisme;
use crate::faits::{Activite, Foyer, Personne, Role, StatutConjugal};
use crate::parcours::Famille;
use crate::source::{ParTranches, Source};
use crate::tableau::{Genre, Tableau, schema};
use crate::territoire::Territoire;
use crate::versements::{C2s, RecuFoyer, RecuPersonne};
use crate::vie::{Vie, ViePersonne, ajoute_mois, vivre};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// One rupture of the truth.
struct Rupture {
    /// Index of the person, or the whole foyer.
    personne: Option<usize>,
    id: &'static str,
    echeance: Jour,
    agi: bool,
}

/// Schema of the truth about ruptures: `household_id, person_id` (null for a foyer)`, rupture, deadline, acted`.
#[must_use]
pub fn schema_ruptures() -> SchemaRef {
    schema(&[
        ("household_id", Genre::Entier),
        ("person_id", Genre::Entier),
        ("rupture", Genre::Texte),
        ("deadline", Genre::Date),
        ("acted", Genre::Bool),
    ])
}

impl Territoire {
    /// Ruptures near at the month valued, as the receipts now stand.
    pub fn verite_ruptures(&self) -> impl Iterator<Item = Result<RecordBatch, ErreurSynth>> + '_ {
        ParTranches::nouveau(self.nombre_foyers(), 8_192, move |tranche| {
            let mut t = Tableau::nouveau(&schema_ruptures());
            for i in tranche {
                let f = self.foyer(i);
                let (r, rp) = Source::recus(self, &f);
                let vie = vivre(self.graine(), self.mois_m(), &f, r, rp);
                let mut c = Cas { src: self, m: self.mois_m(), f: &f, r, rp, vie: &vie, trouvees: Vec::new() };
                c.foyer();
                for k in 0..f.personnes.len() {
                    c.personne(k);
                }
                for x in c.trouvees {
                    t.entier(self.household_id(&f));
                    t.entier(x.personne.map(|k| self.person_id(&f, k)));
                    t.texte(x.id);
                    t.date(x.echeance);
                    t.bool(x.agi);
                    t.fin_ligne();
                }
            }
            t.finir()
        })
    }
}

/// Months before the age of departure in which a fund advises to ask.
const MOIS_RETRAITE: i32 = 6;
/// Monthly RSA of a person alone since April 2026, cents.
const RSA_SEUL: i32 = 65_169;
/// Yearly ceiling of the survivor's pension: 2 080 hours at the minimum wage of January 2026, cents.
const PLAFOND_REVERSION: i64 = 2_080 * 1_202;

struct Cas<'c> {
    src: &'c Territoire,
    m: Mois,
    f: &'c Foyer,
    r: &'c RecuFoyer,
    rp: &'c [RecuPersonne],
    vie: &'c Vie,
    trouvees: Vec<Rupture>,
}

/// First day of the month in which a benefit of age starts: the birthday when it is a first, else the next first.
fn premier_apres(anniversaire: Jour) -> Jour {
    let m = Mois::de(anniversaire);
    if m.premier() == anniversaire { anniversaire } else { m.plus(1).premier() }
}

/// Legal age of departure in months, for the generations that near it in 2026.
fn age_legal(naissance: Jour) -> i32 {
    if naissance < jours(1963, 1, 1) {
        62 * 12 + 6
    } else if naissance < jours(1965, 4, 1) {
        62 * 12 + 9
    } else {
        63 * 12
    }
}

impl Cas<'_> {
    fn jour(&self) -> Jour {
        self.m.premier()
    }

    fn noter(&mut self, personne: Option<usize>, id: &'static str, echeance: Jour, agi: bool) {
        self.trouvees.push(Rupture { personne, id, echeance, agi });
    }

    /// Deadline from today to `mois` months ahead, counted back from the deadline.
    fn proche(&self, echeance: Jour, mois: i32) -> bool {
        echeance >= self.jour() && ajoute_mois(echeance, -mois) <= self.jour()
    }

    fn foyer(&mut self) {
        let (jour, v) = (self.jour(), &self.vie.foyer);
        let minima = self.r.rsa + self.r.ppa > 0;
        if let Some(d) = self.r.dtr_attendue {
            if minima && d >= jour && d <= jour + 45 {
                self.noter(None, "rupture_dtr_manquante", d, self.r.dtr_deposee);
            }
            if v.dtr_suspendu && ajoute_mois(d, 3) >= jour {
                self.noter(None, "rupture_dtr_dossier_ferme", ajoute_mois(d, 3), self.r.dtr_deposee);
            }
            if let [Some([un, echeance, levee]), Some([autre, avant, reprise])] = v.suspensions {
                let proche = (un - echeance).abs() <= 35 && (autre - avant).abs() <= 35 && levee <= jour && reprise <= jour;
                if proche && autre >= ajoute_mois(jour, -12) && d >= jour && d <= jour + 45 {
                    self.noter(None, "rupture_dtr_suspensions_repetees", d, self.r.dtr_deposee);
                }
            }
        }
        if let Some(d) = v.attestation_attendue.filter(|&d| d < jour) {
            let fin = Mois::de(d).plus(4).premier();
            if fin > jour {
                self.noter(None, "rupture_attestation_loyer", fin, v.attestation_recue);
            }
        }
        if let Some(d) = v.versement_rejete.filter(|&d| d <= jour) {
            // Paid on the fifth of the month.
            let suivant = jour + 4;
            if d < suivant {
                self.noter(None, "rupture_versement_rejete", suivant, v.compte_a_jour);
            }
        }
        if self.r.asf > 0
            && v.asf_attendue
            && let Some(debut) = v.asf_debut
        {
            let fin = ajoute_mois(debut, 4);
            if self.proche(fin, 2) {
                self.noter(None, "rupture_asf_demarche", fin, v.asf_engagee);
            }
        }
        self.enfants();
        self.scolarite();
    }

    /// A benefit stops in the month of a child's birthday when too few children are left.
    fn enfants(&mut self) {
        let r = self.r;
        let prochain = |c: &Self, ans: i32| -> Option<(Jour, usize)> {
            let ages = c.f.personnes.iter().filter(|p| p.role == Role::Enfant).map(|p| Mois::de(p.naissance).plus(12 * ans).premier());
            let a_venir: Vec<Jour> = ages.filter(|&d| d > c.jour()).collect();
            let premiere = a_venir.iter().copied().min()?;
            Some((premiere, a_venir.iter().filter(|&&d| d > premiere).count()))
        };
        let rendez_vous = self.vie.foyer.rendez_vous;
        let revu = |fin: Jour, mois: i32| rendez_vous.is_some_and(|d| d >= ajoute_mois(fin, -mois));
        // The allowance of a baby goes on until the last of the little ones turns three.
        let bebe = self.f.personnes.iter().filter(|p| p.role == Role::Enfant).map(|p| Mois::de(p.naissance).plus(36).premier()).max();
        if let Some(fin) = bebe.filter(|&d| r.paje_base > 0 && d > self.jour() && self.proche(d, 3)) {
            self.noter(None, "rupture_enfant_3_paje", fin, revu(fin, 3));
        }
        if let Some((fin, reste)) = prochain(self, 20)
            && r.af > 0
            && reste < 2
            && self.proche(fin, 6)
        {
            self.noter(None, "rupture_enfant_20_af", fin, revu(fin, 6));
        }
        if let Some((fin, reste)) = prochain(self, 21) {
            if r.cf > 0 && reste < 3 && self.proche(fin, 3) {
                self.noter(None, "rupture_enfant_21_cf", fin, revu(fin, 3));
            }
            if r.aide_logement > 0 && self.proche(fin, 3) {
                self.noter(None, "rupture_enfant_21_logement", fin, revu(fin, 3));
            }
        }
    }

    fn scolarite(&mut self) {
        let v = &self.vie.foyer;
        let Some(fin) = v.ars_confirmation_fin.filter(|&d| v.ars_precedente > 0 && self.proche(d, 3)) else { return };
        let annee = civil(self.jour()).0;
        let concernes: Vec<bool> = self
            .f
            .personnes
            .iter()
            .zip(&self.vie.personnes)
            .filter(|(p, _)| {
                p.role == Role::Enfant && age(p.naissance, jours(annee, 12, 31)) >= 16 && age(p.naissance, jours(annee, 9, 15)) < 18
            })
            .map(|(_, v)| v.scolarite_confirmee)
            .collect();
        if !concernes.is_empty() {
            self.noter(None, "rupture_enfant_16_scolarite", fin, concernes.iter().all(|&oui| oui));
        }
    }

    fn personne(&mut self, k: usize) {
        let (p, v, rp) = (&self.f.personnes[k], &self.vie.personnes[k], self.rp[k]);
        if p.age >= 18 {
            self.sante(k, v, rp);
            self.travail(k, p, v, rp);
        }
        if p.adulte() {
            self.retraite(k, p, v, rp);
            self.declaration(k, v);
        }
        if k == 0 {
            self.veuvage(p, v);
        }
        self.vingt_cinq_ans(k, p, v);
    }

    fn sante(&mut self, k: usize, v: &ViePersonne, rp: RecuPersonne) {
        let (jour, r) = (self.jour(), self.r);
        let rsa = r.rsa > 0 && self.f.personnes[k].adulte();
        let minimum = rsa || rp.aspa > 0 || rp.asi > 0;
        let Some(fin) = r.c2s_fin else { return };
        if r.c2s == C2s::Aucune {
            let apres = ajoute_mois(fin, 12);
            if fin < jour && apres >= jour && r.ouverts & Famille::C2s.bit() != 0 {
                self.noter(Some(k), "rupture_c2s_finie", apres, r.c2s_demande);
            }
            return;
        }
        if !minimum && self.proche(fin, 4) {
            self.noter(Some(k), "rupture_c2s_renouvellement", fin, r.c2s_demande);
            let ailleurs = [Organisme::Caf, Organisme::Msa, Organisme::Carsat, Organisme::FranceTravail, Organisme::Departement];
            if self.courrier_revenu(k, &ailleurs) {
                self.noter(Some(k), "rupture_courrier_revenu_c2s", fin, r.c2s_demande);
            }
        }
        if v.c2s_d_office && !minimum && ajoute_mois(fin, -4) > jour {
            self.noter(Some(k), "rupture_c2s_fin_d_office", fin, v.c2s_avertie);
        }
        if let Some(avis) = v.participation_avis {
            // The first of the month after the delay of a month has run.
            let fin = Mois::de(avis + 30).plus(1).premier();
            if avis <= jour && fin >= jour {
                self.noter(Some(k), "rupture_c2s_participation", fin, v.participation_reglee);
            }
        }
    }

    /// Mail came back at another body that knows the person, while a deadline is open at this one.
    fn courrier_revenu(&self, k: usize, ailleurs: &[Organisme]) -> bool {
        let v = &self.vie.personnes[k];
        ailleurs
            .iter()
            .any(|&o| !v.joignable_par(o) && lignes(self.src, o, self.f, self.r, self.rp).0.iter().any(|l| l.personne == k && !l.doublon))
    }

    fn travail(&mut self, k: usize, p: &Personne, v: &ViePersonne, rp: RecuPersonne) {
        let jour = self.jour();
        let inscrit = p.inscrit_ft || rp.ass > 0 || (p.adulte() && self.r.rsa > 0 && p.age < 64);
        if !inscrit {
            return;
        }
        if let Some(fin) = v.actualisation_attendue.filter(|&d| d >= jour && d <= jour + 5) {
            self.noter(Some(k), "rupture_actualisation_ft", fin, v.actualisation_faite);
        }
        if let Some(fin) = p.are_fin.filter(|&d| d >= jour && d <= jour + 90 && p.activite == Activite::Chomeur) {
            if p.ass_precondition {
                self.noter(Some(k), "rupture_are_fin_ass", fin, v.ass_demandee);
            } else if (age(p.naissance, jour) >= 25 || self.f.enfants() > 0) && self.r.rsa == 0 {
                self.noter(Some(k), "rupture_are_fin_rsa", fin, v.rsa_demandee);
            }
        }
    }

    fn retraite(&mut self, k: usize, p: &Personne, v: &ViePersonne, rp: RecuPersonne) {
        let a = |mois: i32| premier_apres(ajoute_mois(p.naissance, mois));
        let legal = a(age_legal(p.naissance));
        let proche = |c: &Self, d: Jour| c.proche(d, MOIS_RETRAITE);
        if rp.aah > 0 {
            if p.taux_incapacite >= 0.8 {
                if proche(self, a(62 * 12)) {
                    self.noter(Some(k), "rupture_aah_80_retraite", a(62 * 12), v.retraite_demandee);
                }
            } else if proche(self, legal) {
                self.noter(Some(k), "rupture_aah_age_legal", legal, v.retraite_demandee);
            }
        }
        if rp.asi > 0 && proche(self, a(62 * 12)) {
            self.noter(Some(k), "rupture_asi_aspa", a(62 * 12), v.aspa_demandee);
        }
        if let Some(fin) = v.ald_fin.filter(|&d| d >= self.jour() && d <= self.jour() + 90) {
            self.noter(Some(k), "rupture_ald_fin", fin, v.ald_renouvelee);
        }
        if rp.ass > 0 {
            let fin = if v.duree_taux_plein { legal } else { a(67 * 12) };
            if proche(self, fin) {
                self.noter(Some(k), "rupture_ass_retraite", fin, v.retraite_demandee);
            }
        }
        if self.r.rsa > 0 {
            let passe = |c: &Self, d: Jour| d > c.jour() && proche(c, d);
            if p.series.retraite[14] == 0 && passe(self, legal) {
                self.noter(Some(k), "rupture_rsa_age_legal", legal, v.retraite_demandee);
            }
            if rp.aspa == 0 && passe(self, a(65 * 12)) {
                self.noter(Some(k), "rupture_rsa_aspa", a(65 * 12), v.aspa_demandee);
            }
        }
        if rp.aspa > 0
            && let Some(fin) = v.questionnaire.filter(|&d| d >= self.jour() && d <= self.jour() + 60)
        {
            self.noter(Some(k), "rupture_aspa_questionnaire", fin, v.questionnaire_recu);
        }
    }

    fn declaration(&mut self, k: usize, v: &ViePersonne) {
        let jour = self.jour();
        let Some(d) = self.r.dtr_attendue.filter(|&d| d >= jour && d <= jour + 45 && self.r.rsa + self.r.ppa > 0) else { return };
        let rencontree =
            || lignes(self.src, Organisme::Departement, self.f, self.r, self.rp).0.iter().any(|l| l.personne == k && !l.doublon);
        if v.sans_relais(jour) && rencontree() {
            self.noter(Some(k), "rupture_fin_accompagnement", d, self.r.dtr_deposee);
        }
        if self.courrier_revenu(k, &[Organisme::Cpam, Organisme::Carsat, Organisme::FranceTravail, Organisme::Departement]) {
            self.noter(Some(k), "rupture_courrier_revenu_dtr", d, self.r.dtr_deposee);
        }
    }

    fn vingt_cinq_ans(&mut self, k: usize, p: &Personne, v: &ViePersonne) {
        let premier = premier_apres(ajoute_mois(p.naissance, 25 * 12));
        let fin = Mois::de(premier).dernier();
        if ajoute_mois(premier, -2) > self.jour() || fin < self.jour() {
            return;
        }
        if p.role == Role::Enfant {
            if self.r.rsa > 0 {
                self.noter(Some(k), "rupture_enfant_25_rsa_parents", fin, v.rsa_demandee);
            }
            return;
        }
        let gains = |q: &Personne| (10..13).map(|t| q.series.salaire[t] + q.series.chomage[t]).sum::<i32>();
        let faibles = self.f.adultes().map(gains).sum::<i32>() < 3 * RSA_SEUL;
        if self.r.rsa == 0 && self.f.enfants() == 0 && p.activite != Activite::Etudiant && faibles {
            self.noter(Some(k), "rupture_jeune_25_rsa", fin, v.rsa_demandee);
        }
    }

    /// Survivor's pension within a year of the death, widow's allowance within two.
    fn veuvage(&mut self, p: &Personne, v: &ViePersonne) {
        let Some(deces) = v.veuvage.filter(|_| self.f.statut == StatutConjugal::Veuf) else { return };
        // Gross resources over twelve months and over three, from net wages and pensions.
        let brut = |t: usize| {
            let s = &p.series;
            let salaire = i64::from(s.salaire[t]) * 128 / 100 * if p.age >= 55 { 70 } else { 100 } / 100;
            salaire
                + i64::from(s.retraite[t]) * 107 / 100
                + i64::from(s.chomage[t] + s.ij[t] + s.invalidite[t] + s.micro[t] + p.pension_alimentaire + p.revenus_locatifs)
        };
        let (annee, trimestre) = ((2..14).map(brut).sum::<i64>(), (11..14).map(brut).sum::<i64>());
        if p.age >= 55 {
            let fin = ajoute_mois(deces, 12);
            let modeste = annee <= PLAFOND_REVERSION || 4 * trimestre <= PLAFOND_REVERSION;
            if modeste && !self.vie.foyer.recu_reversion && self.proche(fin, MOIS_RETRAITE) {
                self.noter(Some(0), "rupture_reversion_un_an", fin, v.reversion_demandee);
            }
        } else if !self.vie.foyer.recu_veuvage && trimestre < 3 * 89_100 {
            let un_an = ajoute_mois(deces, 12);
            let deux_ans = Mois::de(deces).plus(24).premier() - 1;
            let fin = if un_an >= self.jour() { un_an } else { deux_ans };
            if self.proche(fin, MOIS_RETRAITE) {
                self.noter(Some(0), "rupture_veuvage_delai", fin, v.veuvage_demande);
            }
        }
    }
}
