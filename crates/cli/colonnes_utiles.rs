//! Which facts the rules of a pack need, and which columns a body may therefore deliver: nothing else leaves.
//!
//! Read off the compiled program, after windows were unrolled and parameters folded for the day: a month
//! that no rule reads on that day is not needed.

use recours_engine::foyers::column_name;
use recours_engine::plan::{NodeId, Op, Program, RightProgram};
use recours_engine::reference::FactId;
use recours_rules::catalogue::Requirement;
use recours_rules::journey::Label;
use recours_rules::pack::{Pack, Right};
use recours_rules::vocabulary::Crossing;
use std::collections::{BTreeMap, BTreeSet};

/// What a rule reads a fact for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pour {
    /// Its verdict, amount, receipt or dates.
    Verdict,
    /// A type of non-recours.
    Type(Label),
    /// A requirement of its procedure.
    Exigence(Requirement),
}

/// For each fact that a rule reads, the rights and ruptures (positions in [`Pack::rights`]) that read it, directly or
/// through other computations, and what for. Rules whose verdict may not cross between bodies are left out:
/// the holder evaluates them at home. `role` is among the facts where a rule counts persons by their place.
#[must_use]
pub fn besoins(pack: &Pack, program: &Program) -> BTreeMap<FactId, BTreeSet<(usize, Pour)>> {
    besoins_de(pack, program, &|classe| classe == Crossing::Authorised)
}

/// The same for all rules, whoever evaluates them.
#[must_use]
pub fn besoins_de_toutes(pack: &Pack, program: &Program) -> BTreeMap<FactId, BTreeSet<(usize, Pour)>> {
    besoins_de(pack, program, &|_| true)
}

/// The same for rules of these classes.
fn besoins_de(pack: &Pack, program: &Program, evaluees: &dyn Fn(Crossing) -> bool) -> BTreeMap<FactId, BTreeSet<(usize, Pour)>> {
    let mut besoins: BTreeMap<FactId, BTreeSet<(usize, Pour)>> = BTreeMap::new();
    for r in &program.rights {
        let Some(droit) = pack.rights.get(r.right).filter(|d| evaluees(d.crossing)) else { continue };
        for (pour, racines) in racines(pack, droit, r) {
            let utiles = program.needed(&racines);
            for (noeud, _) in program.nodes.iter().zip(utiles).filter(|(_, utile)| *utile) {
                if let Op::Input(i) = noeud.op
                    && let Some(fait) = program.inputs.get(i)
                {
                    besoins.entry(*fait).or_default().insert((r.right, pour));
                }
            }
        }
    }
    besoins
}

/// The columns of a right, by what they are for. What shows only that the offer is known decides on the types given by
/// default.
fn racines(pack: &Pack, droit: &Right, r: &RightProgram) -> BTreeMap<Pour, Vec<NodeId>> {
    let mut sortie = BTreeMap::from([(Pour::Verdict, r.verdict())]);
    let observees = droit.journey.iter().flat_map(|j| &j.observed);
    for ((o, _), noeud) in observees.zip(&r.observed) {
        let Some(o) = pack.types.observations.get(*o) else { continue };
        let types = o.label.map_or_else(|| pack.types.by_default.clone(), |l| vec![l]);
        types.into_iter().for_each(|l| sortie.entry(Pour::Type(l)).or_default().push(*noeud));
    }
    for (exigence, noeud) in r.required.iter().chain(&r.met) {
        sortie.entry(Pour::Exigence(*exigence)).or_default().push(*noeud);
    }
    sortie
}

/// Whether a body may bring a fact: the vocabulary names it among the holders, or names none. A body that
/// the vocabulary does not know at all (`caf_99`) is bound by its own mapping only.
#[must_use]
pub fn peut_apporter(pack: &Pack, variable: usize, organisme: &str) -> bool {
    let Some(v) = pack.vocabulary.variables.get(variable) else { return false };
    let nomme = |detenteurs: &[String]| detenteurs.iter().any(|d| d == organisme);
    v.holders.is_empty() || nomme(&v.holders) || !pack.vocabulary.variables.iter().any(|v| nomme(&v.holders))
}

/// The columns (`recu_rsa`, `salaire_net_m03`) that a body may deliver to the host for these rules: read by a
/// rule, allowed to cross, and held by it. `role` is left out: it goes with the composition of foyers.
#[must_use]
pub fn colonnes_utiles(pack: &Pack, program: &Program, organisme: &str) -> BTreeSet<String> {
    besoins(pack, program)
        .into_keys()
        .filter(|fait| fait.0 != pack.role)
        .filter(|fait| pack.vocabulary.variables.get(fait.0).is_some_and(|v| v.crossing == Crossing::Authorised))
        .filter(|fait| peut_apporter(pack, fait.0, organisme))
        .map(|fait| column_name(pack, fait))
        .collect()
}

/// The columns that a body reads at home to evaluate all the rules of the pack: those that it holds, facts that may not
/// leave it included.
#[cfg(feature = "complet")]
#[must_use]
pub fn colonnes_a_demeure(pack: &Pack, program: &Program, organisme: &str) -> BTreeSet<String> {
    besoins_de(pack, program, &|classe| classe != Crossing::Forbidden)
        .into_keys()
        .filter(|fait| fait.0 != pack.role && peut_apporter(pack, fait.0, organisme))
        .map(|fait| column_name(pack, fait))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::regles::Jeu;
    use recours_rules::date;

    fn pack(droits: &[&str]) -> (Pack, Program) {
        let jeu = Jeu::lire(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/fr")).unwrap();
        let mut pack = jeu.construire(None, date::days(2026, 10, 1)).unwrap();
        let droits: Vec<String> = droits.iter().map(|d| (*d).to_owned()).collect();
        assert!(droits.is_empty() || pack.keep(&droits).is_empty());
        let program = Program::compile(&pack);
        (pack, program)
    }

    #[test]
    fn la_plus_petite_regle_ne_demande_qu_un_booleen_a_chacun() {
        let (pack, program) = pack(&["c2s_allocataires_rsa"]);
        assert_eq!(colonnes_utiles(&pack, &program, "caf"), BTreeSet::from(["rsa_en_paiement".to_owned()]));
        assert_eq!(colonnes_utiles(&pack, &program, "cpam"), BTreeSet::from(["c2s_ouverte".to_owned()]));
        assert!(colonnes_utiles(&pack, &program, "carsat").is_empty());
    }

    #[test]
    fn ni_sante_ni_sejour_ni_place_dans_le_foyer() {
        let (pack, program) = pack(&["rsa", "aspa"]);
        for organisme in ["caf", "msa", "cpam", "carsat", "france_travail", "departement"] {
            let colonnes = colonnes_utiles(&pack, &program, organisme);
            for interdite in ["role", "nationalite", "enceinte", "handicap", "taux_incapacite", "inapte_travail"] {
                assert!(!colonnes.contains(interdite), "{organisme} : {interdite}");
            }
        }
        let carsat = colonnes_utiles(&pack, &program, "carsat");
        // The reference quarter of the RSA, and no month that no window reaches.
        assert!(carsat.contains("salaire_net_m02") && carsat.contains("salaire_net_m04"));
        assert!(!carsat.contains("salaire_net_m14") && !carsat.contains("recu_rsa"), "{carsat:?}");
    }
}
