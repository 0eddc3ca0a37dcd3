//! `recours detect`: at the engine host, the rules over linked, nameless records.

use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::journal::{self, Acte};
use crate::livraisons::{self, Livraisons};
use crate::mission::Mission;
use crate::progression::Progression;
use crate::ressources::Ressources;
use crate::{chemins, cles, regles};
use recours_engine::detect::{self, Detection, TakeUp};
use recours_engine::exposition::Tally;
use recours_engine::finding;
use recours_engine::link::Delivery;
use recours_engine::plan::Program;
use recours_tables::ecriture::{Protection, preparer_octets, vers_parquet};
use recours_tables::enveloppe::chiffrer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// Findings and counts.
    pub detection: Detection,
    /// Where the findings were written.
    pub trouvailles: PathBuf,
    /// Bodies that delivered.
    pub organismes: Vec<String>,
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
    let bilan = detecter_sous_forme(&mission, args.out.as_deref(), args.ressources.memory, forme, &progression)?;
    println!("{} personnes connues d'au moins un organisme, {} foyers évalués.", bilan.detection.persons, bilan.detection.households);
    println!("{:<34} {:>9} {:>9} {:>9} {:>9}", "droit ou rupture", "reçu", "certain", "probable", "possible");
    for (droit, c) in &bilan.detection.counts {
        println!("{droit:<34} {:>9} {:>9} {:>9} {:>9}", c.received, c.certain, c.probable, c.possible);
    }
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
    let forme = Forme::pour(mission, forme == Forme::Brute)?;
    let (pack, empreinte) = regles::de_mission(mission)?;
    let empreinte_mission = mission.empreinte(&empreinte);
    let journal = journal::ouvrir(mission, &Detenteur::Hote)?;
    if let Some(phrase) = regles::en_attente(&pack) {
        progression.dire(format!("note : {phrase}"));
    }
    let program = Program::compile(&pack);
    let Livraisons { livraisons, empreintes } = livraisons::ouvrir(mission, &pack, &program, &empreinte, forme, progression)?;
    if livraisons.is_empty() {
        return Err(ErreurCommande::refus("E-DETECT-001", format!("{} : aucune livraison.", mission.dossiers.livraisons.display()))
            .avec_conseil(
                "Chaque organisme scelle d'abord son extrait (recours seal), puis l'unité de liaison les relie (recours link).",
            ));
    }
    if let Some(permis) = memoire {
        let faut = besoin(&livraisons, &program);
        if faut > permis {
            return Err(ErreurCommande::refus(
                "E-DETECT-010",
                format!("l'évaluation demanderait environ {} Mio, plus que les {} Mio permis.", faut >> 20, permis >> 20),
            )
            .avec_conseil("Permettez davantage avec --memory, ou découpez le territoire : une mission par partie."));
        }
    }
    let organismes: Vec<String> = livraisons.iter().map(|l| l.body.clone()).collect();
    let etape = progression.etape("évaluation des règles", None);
    let detection = detect::detect(&pack, &program, livraisons).map_err(|e| {
        ErreurCommande::refus("E-DETECT-002", format!("{e}")).avec_conseil("L'organisme doit corriger cette colonne et sceller de nouveau.")
    })?;
    etape.terminer();
    let etape = progression.etape("écriture des repérages", None);
    let dossier = sortie.unwrap_or(&mission.dossiers.hote);
    let trouvailles = chemins::reperages(dossier);
    // What Arrow says might quote a value.
    let arrow = |_| ErreurCommande::panne("E-DETECT-003", "table de sortie impossible à former.");
    let table = finding::table(&detection.findings).map_err(arrow)?;
    let trace = finding::trace(&detection.findings).map_err(arrow)?;
    let auditeur = cles::destinataire(mission, "auditeur")?;
    let trace = chiffrer(&vers_parquet("trace.parquet", &trace.schema(), &[trace])?, &[auditeur])?;
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
        reperages: detection.findings.len(),
        droits: &detection.counts,
        droits_en_attente: pack.waiting.iter().map(|w| (w.right.id.as_str(), w.parameters.as_slice())).collect(),
    };
    let comptes = Comptes::de(&detection);
    let comptes =
        serde_json::to_vec_pretty(&comptes).map_err(|_| ErreurCommande::panne("E-DETECT-003", "comptes impossibles à écrire."))?;
    let recu = serde_json::to_vec_pretty(&recu).map_err(|_| ErreurCommande::panne("E-DETECT-003", "reçu impossible à écrire."))?;
    let prets = vec![
        preparer_octets(&trouvailles, &vers_parquet("findings.parquet", &table.schema(), &[table])?, Protection::Privee)?,
        preparer_octets(chemins::trace(dossier), &trace, Protection::Privee)?,
        preparer_octets(chemins::recepisse(dossier), &recu, Protection::Ordinaire)?,
        preparer_octets(chemins::comptes(dossier), &comptes, Protection::Privee)?,
    ];
    let mut acte = Acte::de_mission("detection", mission, &empreinte_mission).texte("empreinte_regles", &empreinte);
    for (organisme, livraison) in &empreintes {
        acte = acte.texte(&format!("recu.{organisme}.attributs"), livraison);
    }
    acte = acte.point("liaison", &mission.dossiers.liaison)?;
    acte = acte.compte("personnes", detection.persons as u64).compte("reperages", detection.findings.len() as u64);
    journal::publier(&journal, acte, prets, None)?;
    etape.terminer();
    Ok(BilanDetection { detection, trouvailles, organismes })
}

/// Bytes that evaluation will hold at once, from above: what was delivered, and two bounds for each fact of
/// each row, once as known and once with assumptions.
fn besoin(livraisons: &[Delivery], program: &Program) -> u64 {
    let livre: usize = livraisons.iter().map(|l| l.facts.get_array_memory_size()).sum();
    let lignes: usize = livraisons.iter().map(|l| l.handles.len()).sum();
    (livre + lignes * (program.inputs.len() * 16 + 512)) as u64
}
