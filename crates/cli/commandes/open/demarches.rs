//! What the procedure of a row asks, at this body when it is done there: its doors, pieces, words and contact, as the
//! catalogue has them on the day. What the catalogue has not read at its source guides a choice and is never printed.

use recours_engine::outreach::Jour;
use recours_rules::catalogue::{Channel, ChannelKind, Mask, Variant};
use recours_rules::pack::{Pack, Right};

use super::voie::Voie;

/// The procedure of a right, as it is done on a day.
pub struct Demarche<'a> {
    /// The pack, for dated numbers.
    pack: &'a Pack,
    /// As the catalogue has it.
    pub variante: &'a Variant,
    jour: i64,
}

/// Minutes of a procedure of which the catalogue says nothing: the parameter that holds them.
const MINUTES_PAR_DEFAUT: &str = "fiche_minutes_par_droit";

impl<'a> Demarche<'a> {
    /// That of a rule: at `organisme` if it is done there, else at the first body that does it.
    pub fn pour(pack: &'a Pack, droit: &Right, organisme: &str, territoire: Option<&str>, jour: Jour) -> Option<Self> {
        let jour = i64::from(jour);
        let procedure = pack.catalogue.for_rule(droit)?;
        let variante = procedure
            .at(organisme, territoire, jour)
            .or_else(|| procedure.bodies(jour).into_iter().find_map(|o| procedure.at(o, territoire, jour)))?;
        Some(Self { pack, variante, jour })
    }

    /// What its doors require and that is known not to be there.
    pub fn manque(&self, non: Mask) -> Mask {
        self.variante.channels.iter().map(|c| c.needs.unmet(non)).fold(Mask::NONE, Mask::or)
    }

    /// What its online door requires and is not known to be there; absent when it has none.
    pub fn inconnu_en_ligne(&self, oui: Mask, non: Mask) -> Option<Mask> {
        self.variante.channel(ChannelKind::Online).map(|c| c.needs.unknown(oui, non).or(c.needs.unmet(non)))
    }

    /// The door by which to go: of those that require nothing that is known to lack, the first in the order of `voie`;
    /// without one, a door without screen.
    pub fn porte(&self, voie: Voie, non: Mask) -> Option<&'a Channel> {
        let praticable = |c: &&Channel| c.needs.unmet(non).is_empty();
        let ordre = voie.portes();
        // Of several doors of a kind, the body's own is the first of the file.
        ordre
            .iter()
            .find_map(|g| self.variante.channels.iter().find(|c| c.kind == *g && praticable(c)))
            .or_else(|| self.variante.channels.iter().find(|c| c.kind.without_screen()))
    }

    /// Minutes to plan by a door: those of the catalogue, else of the parameter.
    pub fn minutes(&self, porte: Option<&Channel>) -> u32 {
        porte
            .and_then(|p| p.minutes)
            .and_then(|m| m.on(&self.pack.parameters, self.jour))
            .unwrap_or_else(|| minutes_par_defaut(self.pack, self.jour))
    }

    /// Days during which a piece is good, and whether that was read at its source.
    pub fn duree(&self, piece: &recours_rules::catalogue::AskedPiece) -> Option<(u32, bool)> {
        let mesure = piece.good_for?;
        Some((mesure.on(&self.pack.parameters, self.jour)?, mesure.is_checked(&self.pack.parameters, self.jour)))
    }

    /// What a door requires, as sentences read at their source whose subject is the procedure: those that are known to
    /// lack first, one per requirement, `combien` at most.
    pub fn exigences(&self, porte: Option<&Channel>, non: Mask, combien: usize) -> Vec<String> {
        let mut vues = Mask::NONE;
        let lignes = || porte.into_iter().flat_map(|p| &p.requirements).chain(self.variante.channels.iter().flat_map(|c| &c.requirements));
        let manque = lignes().filter(|l| !l.any_of.and(non).is_empty());
        let siennes = porte.into_iter().flat_map(|p| &p.requirements);
        let mut dites = Vec::new();
        for l in manque.chain(siennes).filter(|l| l.checked.is_some()) {
            if !vues.holds(l.any_of) {
                vues = vues.or(l.any_of);
                dites.push(l.says.clone());
            }
        }
        dites.truncate(combien);
        dites
    }

    /// Whom to call on, when it was read at its source.
    pub fn interlocuteur(&self) -> Option<String> {
        self.variante.contact.as_ref().filter(|c| c.says.printable()).map(|c| c.says.says.clone())
    }

    /// What the catalogue makes a worker say, as far as it may be said.
    pub fn a_dire(&self) -> impl Iterator<Item = &'a str> {
        self.variante.script.iter().filter(|t| t.printable()).map(|t| t.says.as_str())
    }
}

/// Minutes of a procedure that the catalogue does not time.
pub fn minutes_par_defaut(pack: &Pack, jour: i64) -> u32 {
    let trouve = pack.parameters.find(MINUTES_PAR_DEFAUT).and_then(|p| pack.parameters.all.get(p)).and_then(|p| p.on(jour));
    match trouve {
        Some(recours_rules::parameters::Value::Scalar(n)) => u32::try_from(n / recours_rules::number::SCALE).unwrap_or(0),
        _ => 0,
    }
}
