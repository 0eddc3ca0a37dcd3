//! `recours detect`: at the engine host, the rules over linked, nameless records.

pub mod decoupage;
pub(crate) mod parties;

use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::journal::{self, Acte};
use crate::livraisons::{self, Livraisons};
use crate::manifeste;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::ressources::Ressources;
use crate::{chemins, cles, regles};
use arrow::array::RecordBatch;
use parties::Juge;
use recours_engine::detect::{self, Detection, TakeUp};
use recours_engine::exposition::Tally;
use recours_engine::grain::Grains;
use recours_engine::link::Delivery;
use recours_engine::parts::merge::Whole;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_tables::ecriture::{Protection, preparer_octets, vers_parquet};
use recours_tables::enveloppe::chiffrer;
use recours_tables::journal::Journal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'hôte du moteur : évalue les règles sur les personnes reliées, sans aucun nom.\n\n\
Lit deliveries/<organisme>/attributs.parquet.age et linkage/<organisme>.parquet ; écrit findings.parquet,\n\
trace.parquet.age (pour l'auditeur seul), comptes.json (ce que « recours observe » protège avant de le dire) et\n\
receipt.json (empreintes et comptes, jamais de valeur).\n\n\
Exemple : recours detect mission.toml --out host")]
pub struct Args {
    /// Fichier de la mission
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Dossier de sortie (par défaut, celui de l'hôte dans la mission)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Juge en N parties, l'une après l'autre, foyers entiers : moins de mémoire, les mêmes repérages. Par défaut, selon le
    /// nombre de lignes livrées et `--memory`
    #[arg(long, value_name = "N")]
    pub parties: Option<NonZeroUsize>,
    /// Montre le temps de chaque étape
    #[arg(long)]
    pub timings: bool,
    /// Données inventées seulement : livraisons scellées par `seal --sans-grain`, pour comparer les repérages
    #[arg(long, hide = true)]
    pub sans_grain: bool,
    /// Threads and memory.
    #[command(flatten)]
    pub ressources: Ressources,
}

/// What detection did, for the demo's summary.
#[derive(Debug)]
pub struct BilanDetection {
    /// Counts; findings one by one where they were asked for ([`Travail::un_par_un`]), else none.
    pub detection: Detection,
    /// All findings, as they were written.
    pub table: RecordBatch,
    /// The receipt, as it was written.
    pub recu: String,
    /// In how many parts it was done.
    pub parties: NonZeroUsize,
    /// Where the findings were written.
    pub trouvailles: PathBuf,
    /// Bodies that delivered.
    pub organismes: Vec<String>,
}

impl BilanDetection {
    /// Counts by right, for the terminal.
    #[must_use]
    pub fn en_clair(&self) -> String {
        use std::fmt::Write;
        let d = &self.detection;
        let mut s = format!("{} personnes connues d'au moins un organisme, {} foyers évalués.\n", d.persons, d.households);
        // Writing to a String cannot fail.
        let _ = writeln!(s, "{:<34} {:>9} {:>9} {:>9} {:>9}", "droit ou rupture", "reçu", "certain", "probable", "possible");
        for (droit, c) in &d.counts {
            let _ = writeln!(s, "{droit:<34} {:>9} {:>9} {:>9} {:>9}", c.received, c.certain, c.probable, c.possible);
        }
        s
    }
}

/// How to work; what is found does not depend on it.
#[derive(Debug, Clone)]
pub struct Travail {
    /// Form of the deliveries.
    pub forme: Forme,
    /// Bytes not to exceed.
    pub memoire: Option<u64>,
    /// Parts, judged one after the other.
    pub parties: Option<NonZeroUsize>,
    /// Whether findings are also kept one by one, which takes several times the memory of their table.
    pub un_par_un: bool,
}

impl Default for Travail {
    fn default() -> Self {
        Self { forme: Forme::Grossie, memoire: None, parties: None, un_par_un: false }
    }
}

/// What ran: hashes and counts, never a value.
#[derive(Serialize)]
struct Recu<'a> {
    recours: &'static str,
    mission: &'a str,
    empreinte_mission: String,
    empreinte_regles: &'a str,
    date: String,
    epoque: &'a str,
    organismes: &'a [String],
    livraisons: BTreeMap<String, String>,
    personnes: usize,
    foyers: usize,
    reperages: usize,
    droits: &'a BTreeMap<String, detect::RightCount>,
    /// Rights not evaluated, and the parameters of the territory that they wait for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    droits_en_attente: BTreeMap<&'a str, &'a [String]>,
}

/// What `observe` reads beside the findings: true counts, for the host alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comptes {
    /// By right: what is received of what is probably due.
    pub droits: BTreeMap<String, TakeUp>,
    /// What procedures ask of people, and what is known of their means.
    pub exigences: Tally,
}

impl Comptes {
    fn de(detection: &Detection) -> Self {
        let droits = detection.counts.iter().filter(|(_, c)| c.kind == "droit");
        Self { droits: droits.map(|(id, c)| (id.clone(), c.take_up)).collect(), exigences: detection.tally.clone() }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when a delivery, a link or a key is refused; exit 1 for faults in the rules.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    let mission = Mission::lire(&args.mission)?;
    let progression = Progression::automatique();
    let forme = Forme::pour(&mission, args.sans_grain)?;
    let travail = Travail { forme, memoire: args.ressources.memory, parties: args.parties, un_par_un: false };
    let bilan = detecter_selon(&mission, args.out.as_deref(), &travail, &progression)?;
    print!("{}", bilan.en_clair());
    println!("→ {}", bilan.trouvailles.display());
    if args.timings {
        for (etape, duree) in progression.durees() {
            println!("{etape:<40} {:>8.2} s", duree.as_secs_f64());
        }
    }
    Ok(())
}

/// Detects and writes findings, trace and receipt, all or nothing.
///
/// # Errors
/// As the command.
pub fn detecter(mission: &Mission, sortie: Option<&Path>, progression: &Progression) -> Result<BilanDetection, ErreurCommande> {
    detecter_dans(mission, sortie, None, progression)
}

/// As [`detecter`], refused before the rules are evaluated when that would take more than `memoire` bytes.
///
/// # Errors
/// As the command; E-DETECT-010 beyond the memory given.
pub fn detecter_dans(
    mission: &Mission,
    sortie: Option<&Path>,
    memoire: Option<u64>,
    progression: &Progression,
) -> Result<BilanDetection, ErreurCommande> {
    detecter_sous_forme(mission, sortie, memoire, Forme::Grossie, progression)
}

/// As [`detecter_dans`], on deliveries of this form.
///
/// # Errors
/// The same.
pub fn detecter_sous_forme(
    mission: &Mission,
    sortie: Option<&Path>,
    memoire: Option<u64>,
    forme: Forme,
    progression: &Progression,
) -> Result<BilanDetection, ErreurCommande> {
    let travail = Travail { forme, memoire, un_par_un: true, ..Travail::default() };
    detecter_selon(mission, sortie, &travail, progression)
}

/// What detection starts from.
struct Ouvert {
    pack: Pack,
    program: Program,
    empreinte_regles: String,
    /// Of the mission with its rules.
    empreinte: String,
    journal: Journal,
    livraisons: Vec<Delivery>,
    /// Of each envelope, by body.
    empreintes: BTreeMap<String, String>,
}

/// Opens rules, log and deliveries.
///
/// # Errors
/// E-DETECT-001 when there is no delivery; those of rules, log and deliveries.
fn ouvrir(mission: &Mission, forme: Forme, progression: &Progression) -> Result<Ouvert, ErreurCommande> {
    let forme = Forme::pour(mission, forme == Forme::Brute)?;
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    let journal = journal::ouvrir(mission, &Detenteur::Hote)?;
    if let Some(phrase) = regles::en_attente(&pack) {
        progression.dire(format!("note : {phrase}"));
    }
    let program = Program::compile(&pack);
    manifeste::exiger_complet(mission, &pack, &program, &empreinte_regles, || Cow::Owned(Grains::of(&pack, &program)))?;
    let Livraisons { livraisons, empreintes } = livraisons::ouvrir(mission, &pack, &program, &empreinte_regles, forme, progression)?;
    if livraisons.is_empty() {
        return Err(ErreurCommande::refus("E-DETECT-001", format!("{} : aucune livraison.", mission.dossiers.livraisons.display()))
            .avec_conseil(
                "Chaque organisme scelle d'abord son extrait (recours seal), puis l'unité de liaison les relie (recours link).",
            ));
    }
    Ok(Ouvert { pack, program, empreinte_regles, empreinte, journal, livraisons, empreintes })
}

/// Detects as [`Travail`] says, and writes what the command writes, all or nothing.
///
/// # Errors
/// As the command.
pub fn detecter_selon(
    mission: &Mission,
    sortie: Option<&Path>,
    travail: &Travail,
    progression: &Progression,
) -> Result<BilanDetection, ErreurCommande> {
    let Ouvert { pack, program, empreinte_regles: empreinte, empreinte: empreinte_mission, journal, livraisons, empreintes } =
        ouvrir(mission, travail.forme, progression)?;
    let organismes: Vec<String> = livraisons.iter().map(|l| l.body.clone()).collect();
    let parties = parties::nombre(&livraisons, &program, travail.parties, travail.memoire)?;
    let Juge { tout, un_par_un } = parties::juger(&pack, &program, livraisons, parties, travail.un_par_un, progression)?;
    let Whole { table, trace, counts, tally, persons, households } = tout;
    let detection = Detection { findings: un_par_un, counts, tally, persons, households };
    let etape = progression.etape("écriture des repérages", None);
    let dossier = sortie.unwrap_or(&mission.dossiers.hote);
    let trouvailles = chemins::reperages(dossier);
    let auditeur = cles::destinataire(mission, "auditeur")?;
    let trace = chiffrer(&vers_parquet("trace.parquet", &trace.schema(), &[trace])?, &[auditeur])?;
    let reperages = vers_parquet("findings.parquet", &table.schema(), std::slice::from_ref(&table))?;
    let recu = Recu {
        recours: env!("CARGO_PKG_VERSION"),
        mission: &mission.nom,
        empreinte_mission: empreinte_mission.clone(),
        empreinte_regles: &empreinte,
        date: mission.date.to_string(),
        epoque: &mission.epoque,
        organismes: &organismes,
        livraisons: empreintes.clone(),
        personnes: detection.persons,
        foyers: detection.households,
        reperages: table.num_rows(),
        droits: &detection.counts,
        droits_en_attente: pack.waiting.iter().map(|w| (w.right.id.as_str(), w.parameters.as_slice())).collect(),
    };
    let comptes = Comptes::de(&detection);
    let comptes =
        serde_json::to_vec_pretty(&comptes).map_err(|_| ErreurCommande::panne("E-DETECT-003", "comptes impossibles à écrire."))?;
    let recu = serde_json::to_string_pretty(&recu).map_err(|_| ErreurCommande::panne("E-DETECT-003", "reçu impossible à écrire."))?;
    let prets = vec![
        preparer_octets(&trouvailles, &reperages, Protection::Privee)?,
        preparer_octets(chemins::trace(dossier), &trace, Protection::Privee)?,
        preparer_octets(chemins::recepisse(dossier), recu.as_bytes(), Protection::Ordinaire)?,
        preparer_octets(chemins::comptes(dossier), &comptes, Protection::Privee)?,
    ];
    let mut acte = Acte::de_mission("detection", mission, &empreinte_mission).texte("empreinte_regles", &empreinte);
    for (organisme, livraison) in &empreintes {
        acte = acte.texte(&format!("recu.{organisme}.attributs"), livraison);
    }
    acte = acte.point("liaison", &mission.dossiers.liaison)?;
    acte = acte.compte("personnes", detection.persons as u64).compte("reperages", table.num_rows() as u64);
    journal::publier(&journal, acte, prets, None)?;
    etape.terminer();
    Ok(BilanDetection { detection, table, recu, parties, trouvailles, organismes })
}
