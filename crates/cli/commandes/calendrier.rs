//! `recours calendrier`: what comes in the next twelve months for known foyers, by the rules of `evaluate` and their
//! ruptures, evaluated on the days ahead.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema};
use recours_engine::calendar::{Event, MONTHS, calendar};
use recours_engine::foyers::Foyers;
use recours_engine::plan::Program;
use recours_rules::catalogue::ChannelKind;
use recours_rules::date::{self, Days};
use recours_rules::pack::{Pack, RightKind};
use recours_tables::{Format, Origine};

use super::evaluate::{entree, jointure::Jointure, jour, sortie::Sortie};
use crate::commandes::evaluate::etapes::Etapes;
use crate::commandes::explain::ecriture;
use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use crate::regles::Jeu;
use crate::ressources::Ressources;

/// Foyers followed at a time.
const PART: usize = 1_024;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Les âges et les dates avancent ; les revenus, les perceptions, la composition du foyer et les démarches \
                        faites sont supposés inchangés. Seul ce qui est établi est annoncé : une échéance dont la date est \
                        connue, un droit qui s'ouvre. Le fichier est privé : il dit la situation de personnes connues.")]
pub struct Args {
    /// Dossier du jeu de règles.
    #[arg(long, value_name = "DOSSIER")]
    pub rules: PathBuf,

    /// Premier jour du calendrier (AAAA-MM-JJ) ; son mois est M.
    #[arg(long, value_name = "DATE", value_parser = jour)]
    pub on: Days,

    /// Table des personnes (Parquet, CSV ou Arrow IPC), avec person_id et household_id.
    #[arg(long, value_name = "FICHIER")]
    pub persons: Origine,

    /// Table des foyers, avec household_id.
    #[arg(long, value_name = "FICHIER")]
    pub households: Origine,

    /// Fichier du calendrier (Parquet, CSV ou Arrow IPC selon l'extension).
    #[arg(long, value_name = "FICHIER")]
    pub out: PathBuf,

    /// Variante qui remplace des paramètres, des fenêtres et des clauses par leur nom.
    #[arg(long, value_name = "FICHIER")]
    pub overlay: Option<PathBuf>,

    /// Threads and memory.
    #[command(flatten)]
    pub ressources: Ressources,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for faults in the rules; 3 for a refused table (nothing is written); 4 when the disk fails.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    Format::de_chemin(&args.out)?;
    let pack = Jeu::lire(&args.rules)?.construire(args.overlay.as_deref(), args.on)?;
    let program = Program::compile(&pack);
    let progression = Progression::automatique();
    let until = date::add_months(pack.on, i64::from(MONTHS));
    if pack.turns.iter().any(|t| pack.on < *t && *t < until) {
        progression.dire("note : une règle change d'ici là ; le calendrier suit celle du premier jour.");
    }
    let (personnes, foyers) =
        entree::lire(&pack, &program, &args.persons, &args.households, args.ressources.memory, (&progression, &Etapes::default()))?;
    let jointure = Jointure::faire(personnes, foyers)?;
    let etape = progression.etape("Calendrier des foyers", Some(jointure.foyers() as u64));
    let mut sortie: Option<Sortie<'_>> = None;
    let (mut ruptures, mut droits) = (0u64, 0u64);
    for part in 0..jointure.foyers().div_ceil(PART).max(1) {
        let rangs = part * PART..((part + 1) * PART).min(jointure.foyers());
        let faits = jointure.partie(&pack, &program, rangs.clone())?;
        let evenements = calendar(&pack, &program, &faits);
        for e in &evenements {
            match nature(&pack, e) {
                RightKind::Rupture => ruptures += 1,
                RightKind::Droit => droits += 1,
            }
        }
        let lot = table(&pack, &faits, &evenements)
            .map_err(|_| ErreurCommande::panne("E-CALENDRIER-001", "le calendrier n'a pas pu être mis en table (défaut du programme)."))?;
        match &mut sortie {
            Some(s) => s.ecrire(lot)?,
            None => sortie.insert(Sortie::creer_privee(&args.out, &lot)?).ecrire(lot)?,
        }
        etape.avance(rangs.len() as u64);
    }
    etape.terminer();
    if let Some(s) = sortie {
        s.terminer()?;
    }
    println!(
        "{} foyers, du {} au {} : {} échéance(s), {} droit(s) qui s'ouvre(nt). Revenus, perceptions et composition supposés inchangés.\nCalendrier : {}",
        ecriture::entier(jointure.foyers() as u64),
        ecriture::date_longue(pack.on),
        ecriture::date_longue(until - 1),
        ecriture::entier(ruptures),
        ecriture::entier(droits),
        args.out.display()
    );
    Ok(())
}

fn nature(pack: &Pack, e: &Event) -> RightKind {
    pack.rights.get(e.right).map_or(RightKind::Droit, |r| r.kind)
}

/// One row per event: household_id, person_id (null for a rule of the foyer), what it is, the rule, the rights at stake,
/// days (date32), the date of each channel, the facts that the day is counted from.
fn table(pack: &Pack, foyers: &Foyers, evenements: &[Event]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let debut = |f: usize| foyers.population.offsets.get(f).copied().unwrap_or(0);
    let rang = |n: usize| u32::try_from(n).ok();
    let menages = arrow::array::UInt32Array::from_iter(evenements.iter().map(|e| rang(e.foyer)));
    let gens = arrow::array::UInt32Array::from_iter(evenements.iter().map(|e| e.person.and_then(|p| rang(debut(e.foyer) + p))));
    let regle = |e: &Event| pack.rights.get(e.right);
    let textes = |f: &dyn Fn(&Event) -> Option<String>| -> ArrayRef { Arc::new(StringArray::from_iter(evenements.iter().map(f))) };
    let jours = |f: &dyn Fn(&Event) -> Option<Days>| -> ArrayRef {
        Arc::new(Date32Array::from_iter(evenements.iter().map(|e| f(e).and_then(|d| i32::try_from(d).ok()))))
    };
    let sorte = |e: &Event| Some(if nature(pack, e) == RightKind::Rupture { "echeance" } else { "ouverture" }.to_owned());
    let enjeu = |e: &Event| regle(e).map(|r| if r.concerns.is_empty() { r.id.clone() } else { r.concerns.join(" ") });
    let faits = |e: &Event| {
        let noms = e.rests_on.iter().filter_map(|v| pack.vocabulary.variables.get(*v)).map(|v| v.name.as_str());
        Some(noms.collect::<Vec<_>>().join(" "))
    };
    let mut colonnes: Vec<(String, ArrayRef)> = vec![
        ("household_id".into(), take(&foyers.household_ids, &menages, None)?),
        ("person_id".into(), take(&foyers.person_ids, &gens, None)?),
        ("evenement".into(), textes(&sorte)),
        ("regle".into(), textes(&|e| regle(e).map(|r| r.rule()))),
        ("libelle".into(), textes(&|e| regle(e).map(|r| r.label.clone()))),
        ("droits".into(), textes(&enjeu)),
        ("des_le".into(), jours(&|e| Some(e.from))),
        ("echeance".into(), jours(&|e| e.deadline)),
        ("date_utile".into(), jours(&|e| e.useful)),
    ];
    for canal in ChannelKind::ALL {
        colonnes
            .push((format!("date_utile_{}", canal.name()), jours(&|e| e.by_channel.iter().find(|(c, _)| *c == canal).map(|(_, d)| *d))));
    }
    colonnes.push(("repose_sur".into(), textes(&faits)));
    let champs: Vec<Field> = colonnes.iter().map(|(n, a)| Field::new(n, a.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes.into_iter().map(|(_, a)| a).collect())
}
