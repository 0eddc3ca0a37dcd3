//! Which body knows which person, for the people of whom something was found and nobody else.

use super::{NumeroDeLigne, Poignee, Reperage};

/// How a body knows a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inscription {
    /// The body's row id.
    pub row_id: NumeroDeLigne,
    /// Strength of the link: 3 certified number, 2 number or full identity, 1 a weaker pass, 0 linked to no
    /// other body.
    pub force: u8,
}

/// Bodies × people of the findings. Memory: 18 bytes for each body and person with a finding, whatever the
/// population.
#[derive(Debug)]
pub struct Annuaire {
    personnes: Vec<Poignee>,
    organismes: usize,
    inscriptions: Vec<Option<Inscription>>,
}

impl Annuaire {
    /// An empty directory of the people of `reperages`, for `organismes` bodies numbered from 0.
    pub fn nouveau(reperages: &[Reperage], organismes: usize) -> Self {
        let mut personnes: Vec<Poignee> = reperages.iter().map(|r| r.personne).collect();
        personnes.sort_unstable();
        personnes.dedup();
        let inscriptions = vec![None; personnes.len() * organismes];
        Self { personnes, organismes, inscriptions }
    }

    /// Notes that a body knows a person. Ignored for a person without a finding or a body out of range.
    ///
    /// A body that holds somebody twice gets one row: that of the strongest link, then of the smallest id (they
    /// are random), so that its list does not tell it that two of its rows are one person.
    pub fn inscrire(&mut self, organisme: usize, personne: &Poignee, inscription: Inscription) {
        let Some(place) = self.place(organisme, personne) else { return };
        if let Some(case) = self.inscriptions.get_mut(place) {
            let meilleure = case.is_none_or(|i| (inscription.force, i.row_id) > (i.force, inscription.row_id));
            if meilleure {
                *case = Some(inscription);
            }
        }
    }

    /// How a body knows a person, if it does.
    pub fn inscription(&self, organisme: usize, personne: &Poignee) -> Option<Inscription> {
        self.place(organisme, personne).and_then(|p| self.inscriptions.get(p).copied().flatten())
    }

    /// The first of these bodies that knows the person.
    pub fn premier(&self, organismes: &[usize], personne: &Poignee) -> Option<usize> {
        organismes.iter().copied().find(|o| self.inscription(*o, personne).is_some())
    }

    fn place(&self, organisme: usize, personne: &Poignee) -> Option<usize> {
        let rang = self.personnes.binary_search(personne).ok()?;
        (organisme < self.organismes).then_some(rang * self.organismes + organisme)
    }
}
