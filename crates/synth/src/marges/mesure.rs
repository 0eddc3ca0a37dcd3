//! One pass over the foyers: counts from which the marginals are computed.

use super::usages;
use crate::erreur::ErreurSynth;
use crate::faits::{Activite, EtatTravail, Foyer, Occupation, Sexe};
use crate::source::{ParTranches, Source};
use crate::territoire::Territoire;
use crate::versements::{C2s, RecuFoyer, RecuPersonne};

/// Part of a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    oui: u64,
    tout: u64,
}

impl Part {
    pub(super) fn compter(&mut self, oui: bool) {
        self.tout += 1;
        self.oui += u64::from(oui);
    }

    fn ajouter(&mut self, o: Part) {
        self.oui += o.oui;
        self.tout += o.tout;
    }

    /// In percent.
    pub(super) fn pct(self) -> f64 {
        if self.tout == 0 { 0.0 } else { 100.0 * self.oui as f64 / self.tout as f64 }
    }

    pub(super) fn rapport(self) -> f64 {
        self.pct() / 100.0
    }
}

/// Declares the counts once, with their sum.
macro_rules! comptes {
    ($($nom:ident),+ $(,)?) => {
        /// The counts of a range of foyers.
        #[derive(Clone, Debug, Default)]
        pub(super) struct Mesures {
            $(pub(super) $nom: Part,)+
            /// Net wages of full-time stable jobs at M, euros.
            pub(super) salaires: Vec<f32>,
            /// Net pensions at M of people of 65 and more, euros.
            pub(super) pensions: Vec<f32>,
        }

        impl Mesures {
            fn ajouter(&mut self, o: Mesures) {
                $(self.$nom.ajouter(o.$nom);)+
                self.salaires.extend(o.salaires);
                self.pensions.extend(o.pensions);
            }
        }
    };
}

comptes!(
    moins_20,
    de_20_a_64,
    plus_65,
    plus_75,
    femmes,
    etrangers,
    nes_ailleurs,
    seuls,
    parents_seuls,
    couples,
    couples_enfants,
    personnes_par_foyer,
    enfants_par_foyer,
    emploi_25_49,
    emploi_55_64,
    chomeurs,
    are,
    retraites_65,
    micro,
    invalidite,
    non_internautes,
    non_internautes_seuls,
    non_internautes_autres,
    sans_acces,
    sans_acces_isoles,
    sans_acces_autres,
    sans_fixe,
    sans_smartphone,
    sans_ordinateur,
    en_ligne_25_39,
    en_ligne_60_69,
    en_ligne_70,
    proprietaires,
    hlm,
    prives,
    gratuits,
    aide_logement,
    af,
    rsa,
    ppa,
    aah,
    aspa,
    c2s,
    rsa_direct,
    rsa_mixte,
    rsa_numerique,
    c2s_mixte,
    c2s_numerique,
    c2s_papier,
    aspa_direct,
    aspa_numerique,
    departement,
    difficulte,
    difficulte_seul,
    seuls_en_difficulte,
    seuls_sans_difficulte,
    couples_en_difficulte,
    couples_sans_difficulte,
    pauvres,
);

impl Mesures {
    pub(super) fn salaire_median(&self) -> f64 {
        let mut v = self.salaires.clone();
        v.sort_by(f32::total_cmp);
        v.get(v.len() / 2).map_or(0.0, |&x| f64::from(x))
    }

    pub(super) fn pension_moyenne(&self) -> f64 {
        self.pensions.iter().map(|&x| f64::from(x)).sum::<f64>() / self.pensions.len().max(1) as f64
    }
}

pub(super) fn mesurer(t: &Territoire) -> Result<Mesures, ErreurSynth> {
    let mut m = Mesures::default();
    for lot in ParTranches::nouveau(t.nombre_foyers(), 4_096, move |tranche| {
        let mut m = Mesures::default();
        for i in tranche {
            let f = t.foyer(i);
            let (r, rp) = t.recus(&f);
            un_foyer(&mut m, &f, r);
            personnes(&mut m, &f, r, rp);
            usages::acces(&mut m, &f);
            usages::classes(&mut m, t, &f, r, rp);
            usages::departement(&mut m, t, &f, r, rp);
        }
        Ok(m)
    }) {
        m.ajouter(lot?);
    }
    Ok(m)
}

fn un_foyer(m: &mut Mesures, f: &Foyer, r: &RecuFoyer) {
    let (n, e, couple) = (f.personnes.len(), f.enfants(), f.couple());
    m.seuls.compter(n == 1);
    m.parents_seuls.compter(!couple && e > 0);
    m.couples.compter(couple && e == 0);
    m.couples_enfants.compter(couple && e > 0);
    m.personnes_par_foyer.oui += n as u64;
    m.personnes_par_foyer.tout += 1;
    if e > 0 {
        m.enfants_par_foyer.oui += e as u64;
        m.enfants_par_foyer.tout += 1;
    }
    m.proprietaires.compter(f.occupation == Occupation::Proprietaire);
    m.hlm.compter(f.occupation == Occupation::LocataireHlm);
    m.prives.compter(matches!(f.occupation, Occupation::LocataireVide | Occupation::LocataireMeuble));
    m.gratuits.compter(f.occupation == Occupation::LogeGratuitement);
    m.aide_logement.compter(r.aide_logement > 0);
    m.af.compter(r.af > 0);
    m.rsa.compter(r.rsa > 0);
    m.ppa.compter(r.ppa > 0);
}

fn personnes(m: &mut Mesures, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) {
    // Units of consumption: 1, then 0.5 from 14 years and 0.3 below.
    let uc = 0.5 + f.personnes.iter().map(|p| if p.age >= 14 { 0.5 } else { 0.3 }).sum::<f64>();
    let niveau = f64::from(f.revenu_trimestre()) / 100.0 / uc;
    for (p, v) in f.personnes.iter().zip(rp) {
        m.moins_20.compter(p.age < 20);
        m.de_20_a_64.compter((20..65).contains(&p.age));
        m.plus_65.compter(p.age >= 65);
        m.plus_75.compter(p.age >= 75);
        m.femmes.compter(p.sexe == Sexe::F);
        m.etrangers.compter(p.pays != 0);
        m.nes_ailleurs.compter(p.ne_hors_de_france.is_some());
        m.c2s.compter(r.c2s != C2s::Aucune);
        let emploi = p.series.salaire[14] > 0 || p.series.micro[14] > 0 || p.etat == EtatTravail::Maladie;
        if (25..50).contains(&p.age) {
            m.emploi_25_49.compter(emploi);
        }
        if (55..65).contains(&p.age) {
            m.emploi_55_64.compter(emploi);
        }
        if (15..65).contains(&p.age) && (emploi || p.activite == Activite::Chomeur) {
            m.chomeurs.compter(p.activite == Activite::Chomeur);
        }
        if p.activite == Activite::Chomeur {
            m.are.compter(p.series.chomage[14] > 0);
        }
        if (20..65).contains(&p.age) {
            m.micro.compter(p.etat == EtatTravail::Micro);
            m.aah.compter(v.aah > 0);
        }
        if (20..62).contains(&p.age) {
            m.invalidite.compter(p.series.invalidite[14] > 0);
        }
        if p.age >= 65 {
            m.retraites_65.compter(p.series.retraite[14] > 0);
            m.aspa.compter(v.aspa > 0);
            if p.series.retraite[14] > 0 {
                m.pensions.push(p.series.retraite[14] as f32 / 100.0);
            }
        }
        if p.etat == EtatTravail::Stable && p.series.salaire[14] >= 140_000 {
            m.salaires.push(p.series.salaire[14] as f32 / 100.0);
        }
        m.pauvres.compter(niveau < 1_216.0);
    }
}
