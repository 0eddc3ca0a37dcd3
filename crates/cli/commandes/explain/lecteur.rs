//! An explanation for one reader: a body, about a row of its own list.
//!
//! It holds the body's own facts, as it delivered them, and of each condition one of two words: « condition remplie » or
//! « à vérifier ». What the body's facts settle alone is told from them; the rest from everybody's, and then nothing but
//! the word. No other value, no amount, no body's name: nobody can read in it who brought what.
//!
//! Only rows that were handed over are explained, for the rights handed over: any other row, of whatever body or of nobody,
//! is refused in the same words, so that asking tells nothing beyond the list.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use recours_engine::foyers::column_name;
use recours_engine::link::{Delivery, Handle};
use recours_engine::outreach::NumeroDeLigne;
use recours_engine::plan::Program;
use recours_engine::reference::{Foyer, Reference, domain};
use recours_engine::value::{May, Val};
use recours_rules::Pack;
use recours_rules::pack::Right;
use recours_rules::truth::Truth;
use recours_rules::types::Entity;
use recours_tables::enveloppe::chiffrer;
use recours_tables::{Lot, Protection, ecrire_octets};

use super::dependances::{Quoi, lectures};
use super::entourage::{Description, Entourage, entourage};
use super::{derivation, ecriture};
use crate::cles::{self, Detenteur};
use crate::commandes::outreach::remises;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::journal::{self, Acte};
use crate::livraisons;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles;

/// Explains the row `row` of the body `pour`, to the terminal or to `sortie`.
///
/// # Errors
/// E-EXPLIQUER-003 for any row that was not handed over to this body, E-MISSION-020 for an unknown body, and those of
/// reading the deliveries.
pub(super) fn expliquer(mission: &Mission, row: NumeroDeLigne, pour: &str, sortie: Option<&Path>) -> Result<(), ErreurCommande> {
    let organisme = mission.organisme(pour)?;
    let (mut pack, empreinte_regles) = regles::de_mission(mission)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    let journal = journal::ouvrir(mission, &Detenteur::Hote)?;
    let jour = i32::try_from(regles::jour(mission)).unwrap_or(i32::MAX);
    let remises = remises::lire(mission, &empreinte, &organisme.id, jour)?;
    let droits = remises::droits(&remises, &row);
    if droits.is_empty() {
        return Err(inconnue(&organisme.id));
    }
    let livraisons =
        livraisons::ouvrir(mission, &pack, &Program::compile(&pack), &empreinte_regles, Forme::Grossie, &Progression::automatique())?
            .livraisons;
    let Some((mienne, unite)) = la_mienne(&livraisons, &organisme.id, row)? else { return Err(inconnue(&organisme.id)) };
    // Rights that wait for another body are not there at all.
    pack.rights.retain(|r| droits.contains(&r.id));
    let program = Program::compile(&pack);
    let connu = |livraisons| {
        entourage(&pack, &program, livraisons, unite)
            .map_err(|e| ErreurCommande::refus("E-EXPLIQUER-004", format!("{e}.")).avec_conseil("L'organisme doit sceller de nouveau."))
            .and_then(|e| e.ok_or_else(|| inconnue(&organisme.id)))
    };
    let (propre, tout) = (connu(vec![mienne])?, connu(livraisons)?);
    let texte = Lecteur { pack: &pack, program: &program, propre: &propre, tout: &tout }.texte(&organisme.nom);
    let acte = Acte::de_mission("explication", mission, &empreinte).texte("organisme", &organisme.id).nombre("droits", droits.len() as u64);
    journal::inscrire(&journal, acte)?;
    match sortie {
        Some(fichier) => {
            if fichier.extension().is_some_and(|e| e == "age") {
                let enveloppe = chiffrer(texte.as_bytes(), &[cles::destinataire(mission, &organisme.id)?])?;
                ecrire_octets(fichier, &enveloppe, Protection::Ordinaire)?;
            } else {
                ecrire_octets(fichier, texte.as_bytes(), Protection::Privee)?;
            }
            println!("Explication : {}", fichier.display());
        }
        None => print!("{texte}"),
    }
    Ok(())
}

/// The same words for a row of nobody, of another body, or of which nothing was handed over.
fn inconnue(organisme: &str) -> ErreurCommande {
    ErreurCommande::refus("E-EXPLIQUER-003", format!("aucune ligne de ce numéro n'a été remise à « {organisme} », ou elle a expiré."))
        .avec_conseil("Copiez le numéro (row_id) d'une ligne de la dernière liste de cet organisme.")
}

/// The body's own delivery alone, and the person of a row of it.
fn la_mienne(livraisons: &[Delivery], organisme: &str, row: NumeroDeLigne) -> Result<Option<(Delivery, Handle)>, ErreurCommande> {
    let Some(d) = livraisons.iter().find(|d| d.body == organisme) else { return Ok(None) };
    let lot = Lot::nouveau(Path::new("attributs.parquet"), 1, d.facts.clone());
    let ids = lot.colonne("row_id")?.octets16()?;
    let unite = ids.iter().position(|id| *id == Some(row)).and_then(|i| d.handles.get(i).copied());
    let copie = || Delivery {
        body: d.body.clone(),
        composition: d.composition,
        covers: d.covers.clone(),
        handles: d.handles.clone(),
        force: d.force.clone(),
        certified: d.certified.clone(),
        foyers: d.foyers.clone(),
        roles: d.roles.clone(),
        loose: d.loose,
        facts: d.facts.clone(),
    };
    Ok(unite.map(|unite| (copie(), unite)))
}

/// What is explained to one reader. No `Debug`: it is of a person.
struct Lecteur<'a> {
    pack: &'a Pack,
    program: &'a Program,
    /// What the reader's own delivery says.
    propre: &'a Entourage,
    /// What all of them say.
    tout: &'a Entourage,
}

impl Lecteur<'_> {
    fn texte(&self, organisme: &str) -> String {
        let mut s = format!("Explication pour {organisme}, d'une ligne de sa liste.\n");
        s += "Vos faits sont ceux que vous avez livrés, au grain de la mission. Des autres, seul le résultat est dit.\n";
        for droit in &self.pack.rights {
            let _ = writeln!(s, "\n{} ({})", droit.label, droit.rule());
            self.mes_faits(droit, &mut s);
            s += "  Conditions :\n";
            let (propres, toutes) = (self.issues(self.propre, droit), self.issues(self.tout, droit));
            for (c, (mienne, de_tous)) in droit.conditions.iter().zip(propres.into_iter().zip(toutes)) {
                // What the reader's own facts settle is theirs; nothing else is looked at, so that nothing disagrees.
                let (issue, selon) = match mienne {
                    Truth::Unknown => (de_tous, "d'après d'autres faits aussi"),
                    _ => (mienne, "d'après vos faits"),
                };
                let mot = if issue == Truth::True { "condition remplie" } else { "à vérifier" };
                let _ = writeln!(s, "    [{mot}] {} ({}), {selon}", c.label, c.source);
            }
            if !droit.not_modelled.is_empty() {
                s += "  La règle laisse de côté :\n";
                for n in &droit.not_modelled {
                    let _ = writeln!(s, "    - {} ({})", n.label, n.source);
                }
            }
        }
        s += "\nCeci explique un repérage ; ce n'est pas une décision.\n";
        s
    }

    /// Each condition under every description of the household: true or false when it is so in all.
    fn issues(&self, connu: &Entourage, droit: &Right) -> Vec<Truth> {
        let rien = BTreeSet::new();
        let mut issues: Vec<Option<Truth>> = vec![None; droit.conditions.len()];
        for d in &connu.descriptions {
            let foyer = derivation::foyer(self.program, &d.population);
            let reference = Reference::new(self.pack, &foyer, &rien);
            let personne = (droit.unit == Entity::Personne).then_some(d.personne);
            for (place, c) in issues.iter_mut().zip(&droit.conditions) {
                let ici = reference.calc(c.calc, personne).truth();
                *place = Some(match *place {
                    None => ici,
                    Some(avant) if avant == ici => ici,
                    Some(_) => Truth::Unknown,
                });
            }
        }
        issues.into_iter().map(|i| i.unwrap_or(Truth::Unknown)).collect()
    }

    /// The reader's own facts that the right rests on.
    fn mes_faits(&self, droit: &Right, s: &mut String) {
        let mut utiles = BTreeSet::new();
        let mut vus = BTreeSet::new();
        for c in &droit.conditions {
            self.reposent_sur(c.calc, &mut utiles, &mut vus);
        }
        s.push_str("  Vos faits :\n");
        let Some(d) = self.propre.descriptions.first() else { return };
        let foyer = derivation::foyer(self.program, &d.population);
        let avant = s.len();
        for (p, faits) in foyer.persons.iter().enumerate() {
            let siens: Vec<String> = self.connus(faits.iter(), &utiles);
            if !siens.is_empty() {
                let _ = writeln!(s, "    {} :", self.place(&foyer, d, p));
                siens.iter().for_each(|f| s.push_str(f));
            }
        }
        let du_foyer = self.connus(foyer.facts.iter(), &utiles);
        if !du_foyer.is_empty() {
            s.push_str("    foyer :\n");
            du_foyer.iter().for_each(|f| s.push_str(f));
        }
        if s.len() == avant {
            s.push_str("    aucun de ceux que la règle lit\n");
        }
    }

    /// One line per fact that is known, by column.
    fn connus<'f>(&self, faits: impl Iterator<Item = (&'f (usize, Option<usize>), &'f May)>, utiles: &BTreeSet<usize>) -> Vec<String> {
        let mut lignes: Vec<(String, String)> = Vec::new();
        for (fait, valeur) in faits.filter(|(f, _)| utiles.contains(&f.0) && f.0 != self.pack.role) {
            let Some(v) = self.pack.vocabulary.variables.get(fait.0) else { continue };
            if *valeur == domain(self.pack, v) {
                continue;
            }
            let colonne = column_name(self.pack, *fait);
            let dite = ecriture::valeur(self.pack, v.ty, Val::new(*valeur, false));
            lignes.push((colonne.clone(), format!("      {} [{colonne}] : {dite}\n", v.label)));
        }
        lignes.sort();
        lignes.into_iter().map(|l| l.1).collect()
    }

    /// « la personne », or its place in the reader's foyer.
    fn place(&self, foyer: &Foyer, d: &Description, p: usize) -> String {
        if p == d.personne {
            return "la personne".into();
        }
        let ty = self.pack.vocabulary.variables.get(self.pack.role).map(|v| v.ty);
        match (foyer.persons.get(p).and_then(|f| f.get(&(self.pack.role, None))), ty) {
            (Some(role), Some(ty)) if role.settled() => ecriture::valeur(self.pack, ty, Val::new(*role, false)),
            _ => "autre membre du foyer".into(),
        }
    }

    /// Variables that a computation reads, directly or not.
    fn reposent_sur(&self, calcul: usize, utiles: &mut BTreeSet<usize>, vus: &mut BTreeSet<usize>) {
        let Some(c) = self.pack.calcs.get(calcul).filter(|_| vus.insert(calcul)) else { return };
        let mut a_lire = lectures(self.pack, &c.body, &[]);
        while let Some(lecture) = a_lire.pop() {
            match lecture.quoi {
                Quoi::Calcul(c) => self.reposent_sur(c, utiles, vus),
                Quoi::Fait(v) => {
                    if utiles.insert(v)
                        && let Some(formule) = self.pack.derived.get(&v)
                    {
                        a_lire.extend(lectures(self.pack, formule, &[]));
                    }
                }
                Quoi::Parametre(_) => {}
            }
        }
    }
}
