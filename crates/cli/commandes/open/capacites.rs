//! What this body has observed of what procedures may require: known yes, known no, or not known. Which facts say it is in
//! the rules (`capacites`); the facts are columns of the register, of the same names. Nothing is inferred from age, place,
//! use or profile: a login, an e-mail address on file or daily use say nothing of it.

use std::collections::{BTreeSet, HashMap};

use recours_engine::reference::{Foyer, Reference, beside};
use recours_engine::value::May;
use recours_rules::catalogue::Mask;
use recours_rules::pack::Pack;
use recours_rules::truth::Truth;
use recours_rules::types::Type;

use super::registre::Inscrit;

/// What was observed of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacites {
    /// Known to be there.
    pub oui: Mask,
    /// Known not to be there.
    pub non: Mask,
}

/// Reads observations by the rules of a pack.
pub struct Observateur<'a> {
    pack: &'a Pack,
    /// Positions in the vocabulary of the facts that capacities read, yes or no each.
    faits: Vec<usize>,
}

impl<'a> Observateur<'a> {
    /// That of a pack; it observes nothing when the pack says nothing of capacities.
    pub fn nouveau(pack: &'a Pack) -> Self {
        let calculs = pack.capacities.iter().flat_map(|c| [c.no, c.yes]).flatten();
        let faits: BTreeSet<usize> = calculs.flat_map(|c| pack.facts_of(c)).collect();
        let oui_ou_non = |v: &usize| pack.vocabulary.variables.get(*v).is_some_and(|v| v.ty == Type::Bool);
        Self { pack, faits: faits.into_iter().filter(oui_ou_non).collect() }
    }

    /// Columns that a register may have for it.
    pub fn colonnes(&self) -> Vec<String> {
        self.faits.iter().filter_map(|v| self.pack.vocabulary.variables.get(*v)).map(|v| v.name.clone()).collect()
    }

    /// What is known of a person of the register, and what was noted, as sentences of the rules.
    pub fn noter(&self, inscrit: &mut Inscrit) {
        let dits = inscrit.observes.iter().filter_map(|(o, vrai)| Some((*self.faits.get(*o)?, *vrai)));
        let faits: HashMap<_, _> = dits.map(|(v, vrai)| ((v, None), May::Truth(if vrai { Truth::True } else { Truth::False }))).collect();
        if faits.is_empty() {
            return;
        }
        let foyer = Foyer { persons: vec![faits], ..Foyer::default() };
        let suppose = BTreeSet::new();
        let reference = Reference::new(self.pack, &foyer, &suppose);
        let su = beside::known(self.pack, &reference, 0);
        inscrit.capacites = Capacites { oui: su.yes, non: su.no };
        let vrai = |c: usize| reference.calc(c, Some(0)).truth() == Truth::True;
        inscrit.notes = self.pack.capacities.iter().flat_map(|c| &c.shows_no).filter(|e| vrai(e.calc)).map(|e| e.says.clone()).collect();
    }
}
