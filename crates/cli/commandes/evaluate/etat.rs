//! The state of the rights of volunteers: asked for with their agreement, written for its owner, counted in a receipt.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use recours_engine::plan::Program;
use recours_engine::state::{Snapshot, State, read_off};
use recours_rules::date;
use recours_rules::pack::Pack;
use recours_tables::{Protection, ecrire_ensemble, preparer_octets};
use serde::Serialize;

use super::entree::FOYER;
use super::jointure::Jointure;
use super::{Args, PART};
use crate::erreur::ErreurCommande;
use crate::etats;
use crate::journal::arrondi;
use crate::progression::Progression;

/// Whether a foyer agreed to be looked at.
const ACCORD: &str = "accord";

/// Characters that a convention may take: a reference, not a story.
const CONVENTION: usize = 120;

/// What was asked for, and who agreed.
pub(super) struct Demande {
    sortie: PathBuf,
    neutre: bool,
    convention: String,
    recu: Option<PathBuf>,
    /// For each foyer of the table, in its order.
    accords: Vec<bool>,
}

/// What is kept of it: no key, no right of anybody.
#[derive(Serialize)]
struct Recu<'a> {
    recours: &'static str,
    empreinte_regles: &'a str,
    jour: String,
    convention: &'a str,
    foyers: String,
    foyers_avec_accord: String,
    etats: BTreeMap<&'static str, String>,
}

impl Demande {
    /// What the arguments ask for; none without `--etat`.
    ///
    /// # Errors
    /// E-ETAT-001 for a form that cannot be written; E-EVALUER-005 without the agreements, -006 for a convention that names
    /// somebody or is too long.
    pub(super) fn lire(args: &Args) -> Result<Option<Self>, ErreurCommande> {
        let (Some(sortie), Some(convention)) = (&args.etat, &args.convention) else { return Ok(None) };
        etats::verifier_forme(sortie)?;
        let chiffres = convention
            .chars()
            .fold((0, 0), |(long, n), c| {
                if c.is_alphanumeric() {
                    let n = if c.is_ascii_digit() { n + 1 } else { 0 };
                    (long.max(n), n)
                } else {
                    (long, n)
                }
            })
            .0;
        if convention.trim().is_empty() || convention.chars().count() > CONVENTION || chiffres >= 9 {
            return Err(ErreurCommande::usage(
                "E-EVALUER-006",
                "--convention : une référence courte est attendue, sans numéro de personne.",
            )
            .avec_conseil("Par exemple --convention \"Convention Caf et Cpam du 3 mars 2026, article 2\"."));
        }
        let table = args.households.ouvrir()?;
        if !table.contient(ACCORD) {
            return Err(ErreurCommande::refus(
                "E-EVALUER-005",
                format!("{} : pas de colonne « {ACCORD} ».", args.households.nom().display()),
            )
            .avec_conseil(
                "L'état des droits ne se fait que pour des volontaires : dites de chaque foyer, par oui ou non, s'il a donné son accord.",
            ));
        }
        let mut accords = Vec::new();
        for lot in table.projeter(&[FOYER, ACCORD])?.lots()? {
            accords.extend(lot?.colonne(ACCORD)?.booleen()?.into_iter().map(|a| a == Some(true)));
        }
        Ok(Some(Self {
            sortie: sortie.clone(),
            neutre: args.neutre,
            convention: convention.trim().to_owned(),
            recu: args.recu.clone(),
            accords,
        }))
    }

    /// Reads the states off the rules, for those who agreed, and writes them with their receipt, both or neither.
    ///
    /// # Errors
    /// Those of the facts; exit 4 when the disk refuses.
    pub(super) fn faire(
        &self,
        pack: &Pack,
        program: &Program,
        jointure: &Jointure,
        empreinte: &str,
        progression: &Progression,
    ) -> Result<(), ErreurCommande> {
        let etape = progression.etape("État des droits", Some(jointure.foyers() as u64));
        let mut tout = Snapshot { as_of: pack.on, ..Snapshot::default() };
        for debut in (0..jointure.foyers()).step_by(PART) {
            let foyers = debut..(debut + PART).min(jointure.foyers());
            let voulus: HashSet<usize> = foyers.clone().filter(|f| self.accords.get(*f) == Some(&true)).collect();
            if !voulus.is_empty() {
                let faits = jointure.partie(pack, program, foyers.clone())?;
                let accordes: HashSet<String> = jointure.cles(&voulus);
                let etats = read_off(pack, program, &faits).map_err(|e| ErreurCommande::refus("E-EVALUER-007", format!("{e}.")))?;
                tout.entries.extend(etats.entries.into_iter().filter(|(k, _)| accordes.contains(&k.household)));
            }
            etape.avance(foyers.len() as u64);
        }
        etape.terminer();
        let avec_accord = self.accords.iter().filter(|a| **a).count() as u64;
        let compte = |s: State| tout.entries.values().filter(|e| e.state == s).count() as u64;
        let mut prets = vec![etats::preparer(&self.sortie, &tout, self.neutre)?];
        if let Some(recu) = &self.recu {
            let recu_ecrit = Recu {
                recours: env!("CARGO_PKG_VERSION"),
                empreinte_regles: empreinte,
                jour: date::format(pack.on),
                convention: &self.convention,
                foyers: arrondi(jointure.foyers() as u64),
                foyers_avec_accord: arrondi(avec_accord),
                etats: State::ALL.into_iter().map(|s| (s.word(), arrondi(compte(s)))).collect(),
            };
            let octets =
                serde_json::to_vec_pretty(&recu_ecrit).map_err(|_| ErreurCommande::panne("E-ETAT-002", "reçu impossible à écrire."))?;
            prets.push(preparer_octets(recu, &octets, Protection::Ordinaire)?);
        }
        ecrire_ensemble(prets)?;
        println!(
            "État des droits : {} ({} foyer(s) avec accord, {} sans)",
            self.sortie.display(),
            avec_accord,
            jointure.foyers() as u64 - avec_accord
        );
        Ok(())
    }
}
