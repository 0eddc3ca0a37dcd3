//! The dates that a worked case expects: of the loss, and of the last day on which acting helps, by each channel.

use super::moments::{Moment, before_the_event, moment};
use super::{Case, name};
use crate::reference::{Foyer, Reference};
use crate::value::{May, Val};
use recours_rules::date;
use recours_rules::diagnostic::Diagnostic;
use recours_rules::document::Text;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::truth::Truth;
use recours_rules::types::Entity;

impl Case<'_> {
    /// The person whom the case is about: the first, or the one that it names.
    pub(super) fn person(&self, right: &Right, out: &mut Vec<Diagnostic>) -> Option<usize> {
        let Some(said) = &self.case.attendu.personne else { return (right.unit == Entity::Personne).then_some(0) };
        let known = said.value.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < self.case.personnes.len());
        match (right.unit, known) {
            (Entity::Personne, Some(n)) => Some(n),
            (Entity::Personne, None) => {
                out.push(self.fault(said, "cette personne n'est pas du cas").help("écrire son rang, à partir de 1"));
                Some(0)
            }
            (Entity::Foyer, _) => {
                out.push(self.fault(said, "cette règle est du foyer, et non d'une personne").help("retirer `personne`"));
                None
            }
        }
    }

    /// Compares the dates, and whether the person acted, with what is expected.
    pub(super) fn check_dates(&self, reference: &Reference<'_>, right: &Right, person: Option<usize>, out: &mut Vec<Diagnostic>) {
        let expected = &self.case.attendu;
        self.check_date(reference, "échéance", expected.echeance.as_ref(), right.deadline, person, out);
        self.check_date(reference, "date utile", expected.date_utile.as_ref(), right.useful_date, person, out);
        for (channel, said) in expected.dates_utiles.iter().flat_map(|d| d.said()) {
            let calc = right.channels.iter().find(|c| c.channel == channel).map(|c| c.date);
            self.check_date(reference, &format!("date utile {}", channel.said()), Some(said), calc, person, out);
        }
        if let Some(said) = &expected.deja_agi {
            let found = right.acted.map(|c| name(reference.calc(c, person).truth()));
            match found {
                None => out.push(self.fault(said, "cette règle ne dit pas quand on a déjà agi").help("ajouter `deja_agi`")),
                Some(found) if found == said.value => {}
                Some(found) => out.push(self.fault(said, format!("déjà agi attendu : {}, obtenu : {found}", said.value))),
            }
        }
    }

    /// The moment of a rupture at which the case stands: found, or said where an event brings the rupture and not a day.
    pub(super) fn moment(
        &self,
        pack: &Pack,
        right: &Right,
        foyer: &Foyer,
        reference: &Reference<'_>,
        person: Option<usize>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Moment> {
        let found = moment(pack, right, foyer, reference, person);
        let Some(said) = &self.case.attendu.moment else { return found };
        if said.value != "pas_encore" {
            out.push(self.fault(said, "ce moment ne se dit pas, il se constate").help("écrire `pas_encore`, ou retirer `moment`"));
        } else if found.is_some_and(|m| m != Moment::NotYet) || !before_the_event(right, reference, person, pack.on) {
            let help = "« pas encore » : la réponse est non, rien n'est fait, et l'échéance n'est pas passée";
            out.push(self.fault(said, "ce n'est pas « pas encore »").help(help));
        }
        Some(Moment::NotYet)
    }

    fn check_date(
        &self,
        reference: &Reference<'_>,
        what: &str,
        said: Option<&Text>,
        calc: Option<usize>,
        person: Option<usize>,
        out: &mut Vec<Diagnostic>,
    ) {
        let Some(said) = said else { return };
        match calc.map(|c| written(reference.calc(c, person))) {
            None => out.push(self.fault(said, format!("cette règle n'a pas de {what}"))),
            Some(found) if found == said.value => {}
            Some(found) => out.push(
                self.fault(said, format!("{what} attendue : {}, obtenue : {found}", said.value))
                    .help("une date AAAA-MM-JJ, `aucune` ou `inconnue`"),
            ),
        }
    }

    /// A case in which a rupture is due says its dates: they are what a worker goes by.
    pub(super) fn says_its_dates(&self, reference: &Reference<'_>, right: &Right, person: Option<usize>, out: &mut Vec<Diagnostic>) {
        let expected = &self.case.attendu;
        if right.kind != RightKind::Rupture
            || expected.droit.value != "oui"
            || (expected.echeance.is_some() && expected.date_utile.is_some())
        {
            return;
        }
        let of = |calc: Option<usize>| calc.map_or_else(|| "aucune".to_owned(), |c| written(reference.calc(c, person)));
        let mut d = self.fault(&expected.droit, "une rupture à temps dit ses dates");
        d.code = "R-103";
        out.push(d.help(format!("après les avoir comptées : `echeance: {}, date_utile: {}`", of(right.deadline), of(right.useful_date))));
    }
}

/// A date as a case writes it.
fn written(v: Val) -> String {
    match v.may {
        May::Date(_, Truth::True) => "aucune".into(),
        May::Date(i, Truth::False) if i.is_point() => date::format(i.lo),
        _ => "inconnue".into(),
    }
}
