//! Reference foyers: invented identities for given people, and their complete split between bodies,
//! so that sealing, linking and detecting can be compared with the file's own truth.

use crate::acces::Acces;
use crate::calendrier::{Mois, age, lire_iso};
use crate::erreur::ErreurSynth;
use crate::extraits::{ExtraitOrganisme, extraits_partages};
use crate::faits::{
    Activite, Annee, Dispositions, EtatTravail, Foyer, MOIS_SERIE, NATURES, Occupation, Personne, Role, Scolarite, Series, Sexe,
    StatutConjugal, TypeMenage,
};
use crate::hasard::centimes;
use crate::identite::nir::{Numero, Ordres, ordres_uniques_de};
use crate::identite::{PersonSeed, numeros_du_foyer, pays};
use crate::lecture::Lecture;
use crate::source::Source;
use crate::verite::tranche_de_verite;
use crate::versements::{RecuFoyer, RecuPersonne};
use arrow::array::RecordBatch;
use std::collections::HashMap;
use std::sync::Arc;

/// Reference foyers with invented identities.
pub struct Reference(Arc<dyn Source>);

impl Reference {
    /// The bodies' files: CAF (every foyer: composition, housing, receipts, facts of persons other than
    /// incomes), Carsat (the DRM with every nature, ASPA facts), France Travail, CPAM, and an MSA that has
    /// nobody. Every fact is there; identities alone are imperfect, with the rates of the territory.
    #[must_use]
    pub fn extraits(&self) -> Vec<ExtraitOrganisme<'static>> {
        extraits_partages(&self.0)
    }

    /// Which person stands behind each row (schema of [`crate::schema_verite`]).
    ///
    /// # Errors
    /// A batch that Arrow refuses.
    pub fn verite_personnes(&self) -> Result<RecordBatch, ErreurSynth> {
        // A complete split lists nobody at the MSA and the département.
        tranche_de_verite(self.0.as_ref(), 0..self.0.nombre_foyers())
    }
}

/// Splits reference foyers into the bodies' files.
///
/// `personnes` and `foyers` have the columns of the reference files; `annee` and `mois` are the month
/// valued. The ASPA received by a foyer is shared among its adults of 65 or more (the applicant when
/// there is none).
///
/// # Errors
/// A missing column, a wrong type, an unknown code (with the row number, never the value).
pub fn extraits_de_reference(
    personnes: &RecordBatch,
    foyers: &RecordBatch,
    annee: i16,
    mois: u8,
    graine: u64,
) -> Result<Reference, ErreurSynth> {
    let m = Mois::nouveau(i32::from(annee), u32::from(mois));
    let mut liste = lire_foyers(foyers)?;
    let rang: HashMap<i64, usize> = liste.iter().enumerate().map(|(i, f)| (f.household_id, i)).collect();
    let lus = lire_personnes(personnes, m)?;
    for (ligne, (household_id, person_id, p, r)) in lus.into_iter().enumerate() {
        let f = rang
            .get(&household_id)
            .and_then(|&i| liste.get_mut(i))
            .ok_or(ErreurSynth::Valeur { colonne: "household_id".into(), ligne: ligne + 1 })?;
        f.foyer.personnes.push(p);
        f.person_ids.push(person_id);
        f.recus.push(r);
    }
    let mut premiere = 0u32;
    let mut numeros: Vec<Numero> = Vec::new();
    for f in &mut liste {
        f.ordonner();
        f.foyer.premiere = premiere;
        premiere += f.foyer.personnes.len() as u32;
        f.partager_aspa();
        numeros.extend(numeros_du_foyer(graine, &f.foyer));
    }
    let ordres = ordres_uniques_de(&numeros);
    Ok(Reference(Arc::new(Foyers { liste, ordres, graine, m })))
}

struct FoyerLu {
    household_id: i64,
    person_ids: Vec<i64>,
    foyer: Foyer,
    recu: RecuFoyer,
    recus: Vec<RecuPersonne>,
}

impl FoyerLu {
    /// Applicant, partner, children, whatever the order of the file.
    fn ordonner(&mut self) {
        let mut rangs: Vec<usize> = (0..self.foyer.personnes.len()).collect();
        rangs.sort_by_key(|&i| self.foyer.personnes[i].role);
        self.foyer.personnes = rangs.iter().map(|&i| self.foyer.personnes[i].clone()).collect();
        self.person_ids = rangs.iter().map(|&i| self.person_ids[i]).collect();
        self.recus = rangs.iter().map(|&i| self.recus[i]).collect();
    }

    fn partager_aspa(&mut self) {
        if self.recu.aspa == 0 {
            return;
        }
        let mut rangs: Vec<usize> =
            (0..self.foyer.personnes.len()).filter(|&i| self.foyer.personnes[i].adulte() && self.foyer.personnes[i].age >= 65).collect();
        if rangs.is_empty() {
            rangs.push(0);
        }
        let n = rangs.len() as i32;
        let mut reste = self.recu.aspa;
        for (k, &i) in rangs.iter().enumerate() {
            let part = if k as i32 + 1 == n { reste } else { self.recu.aspa / n };
            if let Some(r) = self.recus.get_mut(i) {
                r.aspa = part;
            }
            reste -= part;
        }
    }
}

struct Foyers {
    liste: Vec<FoyerLu>,
    ordres: Ordres,
    graine: u64,
    m: Mois,
}

impl Source for Foyers {
    fn graine(&self) -> u64 {
        self.graine
    }
    fn mois_m(&self) -> Mois {
        self.m
    }
    fn nombre_foyers(&self) -> usize {
        self.liste.len()
    }
    fn foyer(&self, i: usize) -> Foyer {
        self.liste[i].foyer.clone()
    }
    fn recus(&self, f: &Foyer) -> (&RecuFoyer, &[RecuPersonne]) {
        let lu = &self.liste[f.id as usize];
        (&lu.recu, &lu.recus)
    }
    fn ordres(&self) -> &Ordres {
        &self.ordres
    }
    fn household_id(&self, f: &Foyer) -> i64 {
        self.liste[f.id as usize].household_id
    }
    fn person_id(&self, f: &Foyer, k: usize) -> i64 {
        self.liste[f.id as usize].person_ids[k]
    }
    fn complet(&self) -> bool {
        true
    }
}

fn foyer_vide(id: u32) -> Foyer {
    Foyer {
        id,
        premiere: 0,
        type_menage: TypeMenage::AdulteSeul,
        statut: StatutConjugal::Celibataire,
        isolement_recent: false,
        fonciers_n2: 0,
        occupation: Occupation::Proprietaire,
        zone: 2,
        loyer: 0,
        coloc: false,
        chambre: false,
        participation: false,
        rfr1: 0,
        rfr2: 0,
        agricole: false,
        commune: (id as usize * 7) % pays_communes(),
        personnes: Vec::new(),
        dispositions: Dispositions::default(),
    }
}

fn pays_communes() -> usize {
    crate::identite::communes::COMMUNES.len()
}

fn lire_foyers(b: &RecordBatch) -> Result<Vec<FoyerLu>, ErreurSynth> {
    let l = Lecture::de(b);
    let mut sortie = Vec::with_capacity(b.num_rows());
    for i in 0..b.num_rows() {
        let mut foyer = foyer_vide(i as u32);
        foyer.type_menage = l.code("type_menage", i, TypeMenage::lire)?;
        foyer.statut = l.code("statut_conjugal", i, StatutConjugal::lire)?;
        foyer.isolement_recent = l.bool("isolement_recent", i)?;
        foyer.fonciers_n2 = centimes(l.reel("revenus_fonciers_nets_n2", i)?);
        foyer.occupation = l.code("statut_occupation", i, Occupation::lire)?;
        foyer.zone = l.entier("zone_apl", i)?;
        foyer.loyer = centimes(l.reel("loyer_hors_charges", i)?);
        foyer.coloc = l.bool("coloc", i)?;
        foyer.chambre = l.bool("logement_chambre", i)?;
        foyer.participation = l.bool("participation_frais", i)?;
        foyer.rfr1 = centimes(l.reel("rfr_n2_foyer1", i)?);
        foyer.rfr2 = centimes(l.reel("rfr_n2_foyer2", i)?);
        let recu = RecuFoyer {
            rsa: centimes(l.reel("recu_rsa", i)?),
            aspa: centimes(l.reel("recu_aspa", i)?),
            ppa: centimes(l.reel("recu_ppa", i)?),
            aide_logement: centimes(l.reel("recu_aide_logement", i)?),
            af: centimes(l.reel("recu_af", i)?),
            cf: centimes(l.reel("recu_cf", i)?),
            asf: centimes(l.reel("recu_asf", i)?),
            paje_base: centimes(l.reel("recu_paje_base", i)?),
            c2s_inconnue: true,
            ..RecuFoyer::default()
        };
        let household_id = l.entier("household_id", i)?;
        sortie.push(FoyerLu { household_id, person_ids: Vec::new(), foyer, recu, recus: Vec::new() });
    }
    Ok(sortie)
}

type PersonneLue = (i64, i64, Personne, RecuPersonne);

fn lire_personnes(b: &RecordBatch, m: Mois) -> Result<Vec<PersonneLue>, ErreurSynth> {
    let l = Lecture::de(b);
    let mois = |nature: &&str| -> Vec<String> { (0..MOIS_SERIE).rev().map(|k| format!("{nature}_m{k:02}")).collect() };
    let series: Vec<Vec<String>> = NATURES.iter().map(mois).collect();
    (0..b.num_rows())
        .map(|i| {
            let naissance = l.code("date_naissance", i, lire_iso)?;
            let debut = l.texte("date_debut_chomage", i)?;
            let mut p = personne_vide(l.code("role", i, Role::lire)?, l.code("sexe", i, Sexe::lire)?, naissance, m);
            p.debut_chomage = if debut.is_empty() { None } else { Some(l.code("date_debut_chomage", i, lire_iso)?) };
            p.activite = l.code("activite", i, Activite::lire)?;
            p.activite_depuis = l.entier("activite_depuis_mois", i)? as i32;
            p.activite_precedente = l.code("activite_precedente", i, Activite::lire)?;
            p.etat = l.code("etat_travail", i, EtatTravail::lire)?;
            p.pays = l.code("nationalite", i, pays::indice)?;
            p.ne_hors_de_france = (p.pays != 0).then_some(p.pays);
            p.duree_titre = l.reel("duree_titre_sejour_annees", i)?;
            p.taux_incapacite = l.reel("taux_incapacite", i)?;
            p.handicap = l.bool("handicap", i)?;
            p.rsdae = l.bool("rsdae", i)?;
            p.inapte_travail = l.bool("inapte_travail", i)?;
            p.ass_precondition = l.bool("ass_precondition", i)?;
            p.rsa_jeune_heures_ok = l.bool("rsa_jeune_heures_ok", i)?;
            p.boursier = l.bool("boursier", i)?;
            p.enceinte = l.bool("enceinte", i)?;
            p.garde_alternee = l.bool("garde_alternee", i)?;
            p.scolarite = l.code("scolarite", i, Scolarite::lire)?;
            p.pension_alimentaire = centimes(l.reel("pension_alimentaire_percue_mensuelle", i)?);
            p.revenus_locatifs = centimes(l.reel("revenus_locatifs_mensuels", i)?);
            p.revenus_capital = centimes(l.reel("revenus_capital_mensuels", i)?);
            p.livret_a = centimes(l.reel("livret_a", i)?);
            p.epargne = centimes(l.reel("epargne_non_imposable", i)?);
            p.n2 = Annee {
                salaire: centimes(l.reel("salaire_imposable_n2", i)?),
                chomage: centimes(l.reel("chomage_imposable_n2", i)?),
                retraite: centimes(l.reel("retraite_imposable_n2", i)?),
                invalidite: centimes(l.reel("pension_invalidite_n2", i)?),
                micro: centimes(l.reel("micro_imposable_n2", i)?),
                salaires_abattus: centimes(l.reel("salaires_apres_abattement_n2", i)?),
                pensions_abattues: centimes(l.reel("pensions_apres_abattement_n2", i)?),
            };
            for (noms, serie) in series.iter().zip(p.series.toutes_mut()) {
                for (nom, v) in noms.iter().zip(serie) {
                    *v = centimes(l.reel(nom, i)?);
                }
            }
            let r = RecuPersonne {
                aah: centimes(l.reel("recu_aah", i)?),
                ass: centimes(l.reel("recu_ass", i)?),
                asi: centimes(l.reel("recu_asi", i)?),
                caah: centimes(l.reel("recu_caah", i)?),
                aspa: 0,
            };
            Ok((l.entier("household_id", i)?, l.entier("person_id", i)?, p, r))
        })
        .collect()
}

fn personne_vide(role: Role, sexe: Sexe, naissance: i32, m: Mois) -> Personne {
    Personne {
        role,
        sexe,
        naissance,
        age: age(naissance, m.premier()),
        activite: Activite::Inactif,
        activite_depuis: 25,
        activite_precedente: Activite::Inactif,
        etat: EtatTravail::SansObjet,
        pays: 0,
        ne_hors_de_france: None,
        naissance_imprecise: false,
        duree_titre: 0.0,
        taux_incapacite: 0.0,
        handicap: false,
        rsdae: false,
        inapte_travail: false,
        ass_precondition: false,
        rsa_jeune_heures_ok: false,
        debut_chomage: None,
        are_fin: None,
        inscrit_ft: false,
        boursier: false,
        enceinte: false,
        garde_alternee: false,
        scolarite: Scolarite::Aucune,
        pension_alimentaire: 0,
        revenus_locatifs: 0,
        revenus_capital: 0,
        livret_a: 0,
        epargne: 0,
        series: Series::default(),
        n2: Annee::default(),
        carriere: true,
        acces: Acces::default(),
    }
}

/// Foyers with nothing but composition, births and sexes: enough to give names and numbers.
pub(crate) fn foyers_minimaux(personnes: &[PersonSeed]) -> Vec<Foyer> {
    // The month only matters for ages, which choose names in use; any fixed one serves.
    let m = Mois::nouveau(2026, 1);
    let mut foyers: Vec<Foyer> = Vec::new();
    let mut courant = None;
    for (i, p) in personnes.iter().enumerate() {
        if courant != Some(p.household_id) {
            courant = Some(p.household_id);
            let mut f = foyer_vide(foyers.len() as u32);
            f.premiere = i as u32;
            foyers.push(f);
        }
        if let Some(f) = foyers.last_mut() {
            f.personnes.push(personne_vide(p.role, p.sexe, p.date_naissance, m));
        }
    }
    for f in &mut foyers {
        if f.couple() {
            f.statut = StatutConjugal::Marie;
        }
    }
    foyers
}
