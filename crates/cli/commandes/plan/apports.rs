//! What each body's mapping offers, held against what the rules need.

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::foyers::column_name;
use recours_engine::grain::{Grain, Grains};
use recours_engine::plan::{NodeId, Op, Program, RightProgram};
use recours_engine::reference::FactId;
use recours_rules::pack::Pack;
use recours_rules::vocabulary::{Crossing, SERIES_MONTHS};

use crate::colonnes_utiles::{Pour, besoins, peut_apporter};
use crate::mission::{Mission, Organisme};

/// One fact (a series counts once) that a body must bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apport {
    /// Position in the vocabulary.
    pub variable: usize,
    /// Months before M that the rules read; empty when it is no series.
    pub mois: BTreeSet<usize>,
    /// The body's own name for it: a column, or natures of a monthly table.
    pub chez_lui: String,
    /// The coarsest form that leaves findings as they are, with the months that go in it (none for what is no series).
    pub grains: Vec<(Grain, BTreeSet<usize>)>,
    /// Rights and ruptures that need it, by position in the pack.
    pub regles: BTreeSet<usize>,
    /// The same, with what for.
    pub pour: BTreeSet<(usize, Pour)>,
}

/// Why a mapped fact stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refus {
    /// Only what its holder concludes may leave.
    DetenteurSeul,
    /// It never leaves.
    Interdit,
    /// The vocabulary names other holders.
    AutreDetenteur,
}

/// One body.
#[derive(Debug, Clone)]
pub struct PlanOrganisme {
    /// Its identifier in the mission.
    pub id: String,
    /// Its name.
    pub nom: String,
    /// What it must bring.
    pub apports: Vec<Apport>,
    /// Whether its foyers' composition goes too (dossier under a random number, and role).
    pub composition: bool,
    /// Mapped columns that no rule needs: dropped when sealing.
    pub abandonnees: BTreeSet<String>,
    /// Mapped columns that may not leave it.
    pub refusees: BTreeMap<String, Refus>,
    /// Rules that it evaluates at home: what they read and find stays there.
    pub interne: Vec<String>,
}

/// A fact that a rule reads and that no body of the mission brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manque {
    /// Position in the vocabulary.
    pub variable: usize,
    /// Months before M; empty when it is no series.
    pub mois: BTreeSet<usize>,
}

/// The whole plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Bodies, in the mission's order.
    pub organismes: Vec<PlanOrganisme>,
    /// Facts that nobody brings, per right (position in the pack).
    pub manques: Vec<(usize, Vec<Manque>)>,
}

impl Plan {
    /// Computes it.
    #[must_use]
    pub fn faire(mission: &Mission, pack: &Pack, program: &Program) -> Self {
        Self::avec_grains(mission, pack, program, &Grains::of(pack, program))
    }

    /// The same with grains already computed: none to know only which columns go.
    #[must_use]
    pub fn avec_grains(mission: &Mission, pack: &Pack, program: &Program, grains: &Grains) -> Self {
        let besoins = besoins(pack, program);
        let organismes: Vec<PlanOrganisme> = mission.organismes.iter().map(|o| organisme(o, pack, &besoins, grains)).collect();
        let mut apportes: BTreeSet<FactId> = organismes
            .iter()
            .flat_map(|o| &o.apports)
            .flat_map(|a| -> Vec<FactId> {
                if a.mois.is_empty() { vec![(a.variable, None)] } else { a.mois.iter().map(|m| (a.variable, Some(*m))).collect() }
            })
            .collect();
        if organismes.iter().any(|o| o.composition) {
            apportes.insert((pack.role, None));
        }
        let manques = program
            .rights
            .iter()
            .filter(|r| autorise(pack, r))
            .map(|r| (r.right, manques(program, r, &apportes)))
            .filter(|(_, m)| !m.is_empty())
            .collect();
        Self { organismes, manques }
    }

    /// Number of columns that cross, a month of a series counting for one.
    #[must_use]
    pub fn colonnes(&self) -> usize {
        self.organismes.iter().flat_map(|o| &o.apports).map(|a| a.mois.len().max(1)).sum()
    }
}

fn autorise(pack: &Pack, r: &RightProgram) -> bool {
    pack.rights.get(r.right).is_some_and(|d| d.crossing == Crossing::Authorised)
}

/// Facts that the mapping of a body offers, with its own name for each.
fn offres(o: &Organisme, pack: &Pack) -> Vec<(FactId, String)> {
    let mut offres = Vec::new();
    let mut serie = |nom: &str, chez_lui: String| {
        if let Some(v) = pack.vocabulary.find(nom) {
            offres.extend((0..SERIES_MONTHS).map(|m| ((v, Some(m)), chez_lui.clone())));
        }
    };
    for t in &o.tables {
        for n in &t.natures {
            serie(&n.serie, format!("natures {}", n.natures.join(", ")));
        }
        for c in t.colonnes.iter().filter(|c| c.est_serie()) {
            serie(&c.variable, c.colonne.clone());
        }
    }
    for c in o.tables.iter().flat_map(|t| &t.colonnes).filter(|c| !c.est_serie()) {
        if let Some(fait) = pack.vocabulary.column(&c.variable) {
            offres.push((fait, c.colonne.clone()));
        }
    }
    offres
}

fn organisme(o: &Organisme, pack: &Pack, besoins: &BTreeMap<FactId, BTreeSet<(usize, Pour)>>, grains: &Grains) -> PlanOrganisme {
    let mut apports: BTreeMap<usize, Apport> = BTreeMap::new();
    let mut abandonnees: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut refusees = BTreeMap::new();
    for (fait, chez_lui) in offres(o, pack) {
        let Some(v) = pack.vocabulary.variables.get(fait.0) else { continue };
        let refus = match v.crossing {
            Crossing::HolderOnly => Some(Refus::DetenteurSeul),
            Crossing::Forbidden => Some(Refus::Interdit),
            Crossing::Authorised if !peut_apporter(pack, fait.0, &o.id) => Some(Refus::AutreDetenteur),
            Crossing::Authorised => None,
        };
        match (refus, besoins.get(&fait)) {
            (Some(refus), _) => {
                refusees.insert(v.name.clone(), refus);
            }
            (None, None) => {
                abandonnees.entry(fait.0).or_default().extend(fait.1);
            }
            (None, Some(regles)) => {
                let ici = grains.get(fait);
                let a = apports.entry(fait.0).or_insert_with(|| Apport {
                    variable: fait.0,
                    mois: BTreeSet::new(),
                    chez_lui,
                    grains: Vec::new(),
                    regles: BTreeSet::new(),
                    pour: BTreeSet::new(),
                });
                match a.grains.iter_mut().find(|(g, _)| g == ici) {
                    Some((_, mois)) => mois.extend(fait.1),
                    None => a.grains.push((ici.clone(), fait.1.into_iter().collect())),
                }
                a.mois.extend(fait.1);
                a.regles.extend(regles.iter().map(|(r, _)| *r));
                a.pour.extend(regles);
            }
        }
    }
    let abandonnees = abandonnees
        .into_iter()
        .filter_map(|(v, mois)| {
            let nom = pack.vocabulary.variables.get(v)?.name.clone();
            Some(if mois.is_empty() { nom } else { format!("{nom} ({})", mois_ecrits(&mois)) })
        })
        .collect();
    let role = besoins.keys().any(|f| f.0 == pack.role);
    PlanOrganisme {
        id: o.id.clone(),
        nom: o.nom.clone(),
        apports: apports.into_values().collect(),
        composition: role && o.tables.iter().any(|t| t.role.is_some() || t.foyer.is_some()),
        abandonnees,
        refusees,
        interne: o.interne.clone(),
    }
}

/// Facts that a right reads and nobody brings. A conclusion of the holder (a derived fact) that is brought
/// makes those from which it is drawn unnecessary.
fn manques(program: &Program, r: &RightProgram, apportes: &BTreeSet<FactId>) -> Vec<Manque> {
    let mut vus = BTreeSet::new();
    let mut faits = BTreeSet::new();
    parcourir(program, r.verdict(), apportes, &mut vus, &mut faits);
    let mut manques: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for f in faits {
        if !apportes.contains(&f) {
            manques.entry(f.0).or_default().extend(f.1);
        }
    }
    manques.into_iter().map(|(variable, mois)| Manque { variable, mois }).collect()
}

fn parcourir(
    program: &Program,
    racines: Vec<NodeId>,
    apportes: &BTreeSet<FactId>,
    vus: &mut BTreeSet<NodeId>,
    faits: &mut BTreeSet<FactId>,
) {
    let fait = |id: NodeId| match program.nodes.get(id).map(|n| &n.op) {
        Some(Op::Input(i)) => program.inputs.get(*i).copied(),
        _ => None,
    };
    let mut reste = racines;
    while let Some(id) = reste.pop() {
        if !vus.insert(id) {
            continue;
        }
        let Some(noeud) = program.nodes.get(id) else { continue };
        match noeud.op {
            Op::Input(_) => faits.extend(fait(id)),
            Op::Coalesce(a, b) => {
                let mut dessous = BTreeSet::new();
                parcourir(program, vec![b], apportes, &mut BTreeSet::new(), &mut dessous);
                let deduit = dessous.iter().all(|f| apportes.contains(f));
                // Brought, or drawn from what is brought; else it is the conclusion that is missing.
                if !(deduit || fait(a).is_some_and(|f| apportes.contains(&f))) {
                    faits.extend(fait(a));
                }
            }
            _ => reste.extend(noeud.op.operands()),
        }
    }
}

/// `m02..m04, m07`.
#[must_use]
pub fn mois_ecrits(mois: &BTreeSet<usize>) -> String {
    let mut suites: Vec<(usize, usize)> = Vec::new();
    for m in mois {
        match suites.last_mut() {
            Some((_, fin)) if *fin + 1 == *m => *fin = *m,
            _ => suites.push((*m, *m)),
        }
    }
    let ecrits: Vec<String> =
        suites.into_iter().map(|(a, b)| if a == b { format!("m{a:02}") } else { format!("m{a:02}..m{b:02}") }).collect();
    ecrits.join(", ")
}

/// Column names of a plan line, one per month for a series.
#[must_use]
pub fn colonnes(pack: &Pack, variable: usize, mois: &BTreeSet<usize>) -> Vec<String> {
    if mois.is_empty() {
        vec![column_name(pack, (variable, None))]
    } else {
        mois.iter().map(|m| column_name(pack, (variable, Some(*m)))).collect()
    }
}
