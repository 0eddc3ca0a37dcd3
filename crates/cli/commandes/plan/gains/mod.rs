//! What one more column would make possible, and what one less would lose: counts on invented people.
//!
//! One département is invented, sealed and linked once, with every column that its bodies could bring for these rules. Each
//! scenario is then a choice of columns, detected again in memory. Nothing here is about anybody, and the mission's own
//! files are not read.

pub mod affichage;
mod invention;

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::detect::detect;
use recours_engine::link::{Coverage, Delivery};
use recours_engine::plan::Program;
use recours_rules::pack::Pack;

use super::apports::Plan;
use crate::colonnes_utiles::{besoins, colonnes_utiles};
use crate::erreur::ErreurCommande;
use crate::mission::{Composition, Mission};
use crate::progression::Progression;

/// Findings of one rule, by grade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compte {
    /// True under every completion.
    pub certain: usize,
    /// True under what the rule says that it assumes.
    pub probable: usize,
    /// Not settled.
    pub possible: usize,
}

/// Findings by rule.
pub type Comptes = BTreeMap<String, Compte>;

/// What a scenario adds or takes away.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colonne {
    /// A fact (a series counts once), by position in the vocabulary.
    Fait(usize),
    /// Who lives with whom, under a random number.
    Composition,
}

/// One scenario: only the rules whose counts change, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effet {
    /// The column.
    pub colonne: Colonne,
    /// Bodies that bring the same fact without it.
    pub aussi: Vec<String>,
    /// Counts that change, by rule.
    pub regles: BTreeMap<String, (Compte, Compte)>,
}

/// One body.
#[derive(Debug, Clone)]
pub struct Gains {
    /// Its identifier.
    pub id: String,
    /// Whether the invention knows it.
    pub invente: bool,
    /// With one more column.
    pub plus: Vec<Effet>,
    /// Without one that it brings.
    pub moins: Vec<Effet>,
    /// Facts that it could bring, or brings, and of which the invention says nothing: not counted.
    pub non_comptes: BTreeSet<usize>,
}

/// The whole comparison.
#[derive(Debug, Clone)]
pub struct Bilan {
    /// People invented.
    pub personnes: u32,
    /// Seed.
    pub graine: u64,
    /// Findings with the columns of the mission.
    pub base: Comptes,
    /// By body, in the mission's order.
    pub organismes: Vec<Gains>,
}

impl Effet {
    /// Findings that come, go or change grade, all rules together.
    #[must_use]
    pub fn deplaces(&self) -> usize {
        let ecart =
            |(a, b): &(Compte, Compte)| a.certain.abs_diff(b.certain) + a.probable.abs_diff(b.probable) + a.possible.abs_diff(b.possible);
        self.regles.values().map(ecart).sum()
    }
}

impl Bilan {
    /// Findings of all rules, before and after.
    #[must_use]
    pub fn totaux(&self, effet: &Effet) -> (Compte, Compte) {
        let mut apres = self.base.clone();
        apres.extend(effet.regles.iter().map(|(r, (_, b))| (r.clone(), *b)));
        (somme(&self.base), somme(&apres))
    }
}

fn somme(comptes: &Comptes) -> Compte {
    comptes.values().fold(Compte::default(), |t, c| Compte {
        certain: t.certain + c.certain,
        probable: t.probable + c.probable,
        possible: t.possible + c.possible,
    })
}

/// The columns that each body of the mission brings, of those that the invention has.
struct Apportees {
    faits: BTreeSet<usize>,
    composition: bool,
    /// Facts for which its silence says something.
    couverture: BTreeSet<String>,
}

/// Computes it.
///
/// # Errors
/// What stops the invention, its sealing or its linkage.
pub fn compter(
    mission: &Mission,
    pack: &Pack,
    program: &Program,
    plan: &Plan,
    personnes: u32,
    graine: u64,
    progression: &Progression,
) -> Result<Bilan, ErreurCommande> {
    let livraisons = invention::livraisons(mission, personnes, graine)?;
    let sait = Sait { pack, program, livraisons };
    let mut ici: BTreeMap<&str, Apportees> = plan.organismes.iter().map(|o| (o.id.as_str(), apportees(mission, o))).collect();
    let base = sait.detecter(&ici)?;
    let lus = besoins(pack, program);
    let role_lu = lus.keys().any(|f| f.0 == pack.role);
    let mut organismes = Vec::new();
    let etape = progression.etape("une colonne de plus, une de moins", None);
    for o in &plan.organismes {
        let livraison = sait.livraisons.iter().find(|d| d.body == o.id);
        let mut g = Gains { id: o.id.clone(), invente: livraison.is_some(), plus: vec![], moins: vec![], non_comptes: BTreeSet::new() };
        let Some(livraison) = livraison else {
            organismes.push(g);
            continue;
        };
        let inventes = sait.faits(livraison);
        let permis: BTreeSet<usize> =
            colonnes_utiles(pack, program, &o.id).iter().filter_map(|c| pack.vocabulary.column(c)).map(|(v, _)| v).collect();
        let apporte: BTreeSet<usize> = o.apports.iter().map(|a| a.variable).collect();
        g.non_comptes = permis.union(&apporte).filter(|v| !inventes.contains(v)).copied().collect();
        let mut essais: Vec<(bool, Colonne)> = Vec::new();
        essais.extend(permis.difference(&apporte).filter(|v| inventes.contains(v)).map(|v| (true, Colonne::Fait(*v))));
        essais.extend(apporte.intersection(&inventes).map(|v| (false, Colonne::Fait(*v))));
        if role_lu && livraison.composition != Coverage::Nothing {
            essais.push((!o.composition, Colonne::Composition));
        }
        for (plus, colonne) in essais {
            progression.continuer()?;
            let avant = basculer(&mut ici, &o.id, &colonne, plus, pack, livraison);
            let apres = sait.detecter(&ici)?;
            if let (Some(a), Some(slot)) = (avant, ici.get_mut(o.id.as_str())) {
                *slot = a;
            }
            let effet = Effet { aussi: autres(plan, &o.id, &colonne), regles: changements(&base, &apres), colonne };
            if plus { &mut g.plus } else { &mut g.moins }.push(effet);
        }
        organismes.push(g);
    }
    etape.terminer();
    Ok(Bilan { personnes, graine, base, organismes })
}

fn apportees(mission: &Mission, o: &super::apports::PlanOrganisme) -> Apportees {
    let faits: BTreeSet<usize> = o.apports.iter().map(|a| a.variable).collect();
    let dit = mission.organisme(&o.id).ok();
    let composition = o.composition && dit.is_some_and(|o| o.composition != Composition::Aucune);
    let couverture = dit.map(|o| o.couverture.iter().map(|(v, _)| v.clone()).collect()).unwrap_or_default();
    Apportees { faits, composition, couverture }
}

/// Adds or removes a column of a body; gives back what it brought.
fn basculer(
    ici: &mut BTreeMap<&str, Apportees>,
    id: &str,
    colonne: &Colonne,
    plus: bool,
    pack: &Pack,
    livraison: &Delivery,
) -> Option<Apportees> {
    let a = ici.get_mut(id)?;
    let avant = Apportees { faits: a.faits.clone(), composition: a.composition, couverture: a.couverture.clone() };
    match colonne {
        Colonne::Composition => a.composition = plus,
        Colonne::Fait(v) if plus => {
            a.faits.insert(*v);
            // The invented body declares what it holds of everybody: with the column comes what its silence says.
            let nom = pack.vocabulary.variables.get(*v).map(|v| v.name.as_str());
            a.couverture.extend(livraison.covers.iter().filter(|c| Some(c.as_str()) == nom).cloned());
        }
        Colonne::Fait(v) => {
            a.faits.remove(v);
        }
    }
    Some(avant)
}

/// Other bodies of the mission that bring the same.
fn autres(plan: &Plan, id: &str, colonne: &Colonne) -> Vec<String> {
    let apporte = |o: &&super::apports::PlanOrganisme| match colonne {
        Colonne::Fait(v) => o.apports.iter().any(|a| a.variable == *v),
        Colonne::Composition => o.composition,
    };
    plan.organismes.iter().filter(|o| o.id != id).filter(apporte).map(|o| o.id.clone()).collect()
}

fn changements(avant: &Comptes, apres: &Comptes) -> BTreeMap<String, (Compte, Compte)> {
    let de = |c: &Comptes, r: &String| c.get(r).copied().unwrap_or_default();
    let regles: BTreeSet<&String> = avant.keys().chain(apres.keys()).collect();
    regles.into_iter().map(|r| (r.clone(), (de(avant, r), de(apres, r)))).filter(|(_, (a, b))| a != b).collect()
}

/// The invented deliveries, whole.
struct Sait<'a> {
    pack: &'a Pack,
    program: &'a Program,
    livraisons: Vec<Delivery>,
}

impl Sait<'_> {
    /// The facts that a delivery has.
    fn faits(&self, d: &Delivery) -> BTreeSet<usize> {
        let colonnes = d.facts.schema();
        let de = |f: &std::sync::Arc<arrow::datatypes::Field>| self.pack.vocabulary.column(f.name()).map(|(v, _)| v);
        colonnes.fields().iter().filter_map(de).filter(|v| *v != self.pack.role).collect()
    }

    fn detecter(&self, ici: &BTreeMap<&str, Apportees>) -> Result<Comptes, ErreurCommande> {
        let choisies: Vec<Delivery> = self.livraisons.iter().filter_map(|d| Some(self.choisir(d, ici.get(d.body.as_str())?))).collect();
        let d = detect(self.pack, self.program, choisies).map_err(|e| ErreurCommande::panne("E-PLAN-001", format!("{e}.")))?;
        let compte = |c: &recours_engine::detect::RightCount| Compte { certain: c.certain, probable: c.probable, possible: c.possible };
        Ok(d.counts.iter().map(|(r, c)| (r.clone(), compte(c))).collect())
    }

    /// A delivery with the columns that a body brings, and no other.
    fn choisir(&self, d: &Delivery, a: &Apportees) -> Delivery {
        let voulue = |nom: &str| match self.pack.vocabulary.column(nom) {
            Some((v, _)) if v == self.pack.role => a.composition,
            Some((v, _)) => a.faits.contains(&v),
            // Row numbers and foyers: what the delivery is made of.
            None => true,
        };
        let schema = d.facts.schema();
        let gardees: Vec<usize> = schema.fields().iter().enumerate().filter(|(_, f)| voulue(f.name())).map(|(i, _)| i).collect();
        let nom_apporte = |c: &str| self.pack.vocabulary.find(c).is_some_and(|v| a.faits.contains(&v));
        Delivery {
            body: d.body.clone(),
            composition: if a.composition { d.composition } else { Coverage::Nothing },
            covers: a.couverture.iter().filter(|c| nom_apporte(c)).cloned().collect(),
            handles: d.handles.clone(),
            force: d.force.clone(),
            certified: d.certified.clone(),
            foyers: if a.composition { d.foyers.clone() } else { vec![None; d.foyers.len()] },
            roles: if a.composition { d.roles.clone() } else { vec![None; d.roles.len()] },
            loose: d.loose,
            facts: d.facts.project(&gardees).unwrap_or_else(|_| d.facts.clone()),
        }
    }
}
