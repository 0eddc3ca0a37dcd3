//! `recours detect`: at the engine host, the rules over linked, nameless records.

pub mod decoupage;
pub(crate) mod parties;
mod trouves;

use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::journal::{self, Acte};
use crate::livraisons::deversees::Controlees;
use crate::livraisons::{self, Livraisons};
use crate::manifeste;
use crate::mission::Mission;
use crate::progression::{Etape, Progression};
use crate::ressources::Ressources;
use crate::temps::{self, Montre, Poste, Temps};
use crate::{chemins, cles, regles};
use arrow::array::RecordBatch;
use parties::{Juge, Livrees};
use recours_engine::detect::{self, Detection, TakeUp};
use recours_engine::exposition::Tally;
use recours_engine::finding;
use recours_engine::grain::Grains;
use recours_engine::parts::Parts;
use recours_engine::parts::merge::Counts;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_tables::deversoir::Deversoir;
use recours_tables::ecriture::{EcrivainParquet, EcrivainScelle, FichierPret, Protection, ecrire_octets, preparer_octets};
use recours_tables::journal::Journal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use trouves::{Suites, Trouves};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'hôte du moteur : évalue les règles sur les personnes reliées, sans aucun nom.\n\n\
Lit deliveries/<organisme>/attributs.parquet.age et linkage/<organisme>.parquet ; écrit findings.parquet,\n\
trace.parquet.age (pour l'auditeur seul), comptes.json (ce que « recours observe » protège avant de le dire) et\n\
receipt.json (empreintes et comptes, jamais de valeur).\n\n\
Sans --memory, tout ce qui est livré est tenu en mémoire. Avec --memory, les lignes et les repérages qui n'y tiennent pas\n\
vont dans des fichiers sans nom, à côté de la sortie, qui disparaissent avec le programme : les fichiers écrits sont les\n\
mêmes, octet pour octet, quels que soient --memory, --parties et --threads.\n\n\
Exemples : recours detect mission.toml --out host\n           \
recours detect mission.toml --out host --memory 2GiB --timings")]
pub struct Args {
    /// Fichier de la mission
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Dossier de sortie (par défaut, celui de l'hôte dans la mission)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Juge en N parties, foyers entiers, une par fil à la fois : moins de mémoire, les mêmes repérages. Par défaut, selon le
    /// nombre de lignes livrées et `--memory`
    #[arg(long, value_name = "N")]
    pub parties: Option<NonZeroUsize>,
    /// Montre où va le temps : chaque étape, chaque fil (sur la sortie d'erreur), et l'écrit en JSON dans FICHIER s'il est donné
    #[arg(long, value_name = "FICHIER", num_args = 0..=1, require_equals = true)]
    pub timings: Option<Option<PathBuf>>,
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
    /// All findings, as they were written; none where a memory was given: they were never all held.
    pub table: Option<RecordBatch>,
    /// The receipt, as it was written.
    pub recu: String,
    /// In how many parts it was done.
    pub parties: NonZeroUsize,
    /// Where the findings were written.
    pub trouvailles: PathBuf,
    /// Bodies that delivered.
    pub organismes: Vec<String>,
    /// Where the time went.
    pub temps: temps::Bilan,
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
    if let Some(fichier) = &args.timings {
        eprint!("{}", bilan.temps.en_clair());
        if let Some(fichier) = fichier {
            let json = serde_json::to_vec_pretty(&bilan.temps);
            let json = json.map_err(|_| ErreurCommande::panne("E-DETECT-003", "temps impossibles à écrire."))?;
            ecrire_octets(fichier, &json, Protection::Ordinaire)?;
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

/// What detection starts from, beside the deliveries.
struct Ouvert {
    pack: Pack,
    program: Program,
    empreinte_regles: String,
    /// Of the mission with its rules.
    empreinte: String,
    journal: Journal,
    forme: Forme,
}

impl Ouvert {
    /// The deliveries, held.
    ///
    /// # Errors
    /// E-DETECT-001 when there is none; those of deliveries.
    fn livraisons(&self, mission: &Mission, progression: &Progression) -> Result<Livraisons, ErreurCommande> {
        let Self { pack, program, empreinte_regles, forme, .. } = self;
        let lues = livraisons::ouvrir(mission, pack, program, empreinte_regles, *forme, progression)?;
        if lues.livraisons.is_empty() { Err(sans_livraison(mission)) } else { Ok(lues) }
    }
}

fn sans_livraison(mission: &Mission) -> ErreurCommande {
    ErreurCommande::refus("E-DETECT-001", format!("{} : aucune livraison.", mission.dossiers.livraisons.display()))
        .avec_conseil("Chaque organisme scelle d'abord son extrait (recours seal), puis l'unité de liaison les relie (recours link).")
}

/// Opens rules and log.
///
/// # Errors
/// Those of rules, manifest and log.
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
    Ok(Ouvert { pack, program, empreinte_regles, empreinte, journal, forme })
}

/// Deliveries ready to be judged.
struct Pretes<'a> {
    livrees: Livrees<'a>,
    suites: Option<Suites>,
    organismes: Vec<String>,
    /// BLAKE3 of each envelope, by body.
    empreintes: BTreeMap<String, String>,
    parties: NonZeroUsize,
}

/// Reads the deliveries, and cuts them into parts: held, or put aside near `dossier` when a memory is given.
///
/// # Errors
/// E-DETECT-001, -010; those of deliveries; exit 4 when the disk refuses.
fn preparer<'a>(
    mission: &'a Mission,
    ouvert: &'a Ouvert,
    travail: &Travail,
    dossier: &Path,
    progression: &Progression,
    montre: &mut Montre<'_>,
) -> Result<Pretes<'a>, ErreurCommande> {
    let Ouvert { pack, program, empreinte_regles, forme, .. } = ouvert;
    let Some(memoire) = travail.memoire else {
        let Livraisons { livraisons, empreintes } = ouvert.livraisons(mission, progression)?;
        montre.passe(Poste::Lecture);
        let organismes = livraisons.iter().map(|l| l.body.clone()).collect();
        let lignes = livraisons.iter().map(|l| l.handles.len()).sum();
        let parties = parties::nombre(lignes, 0, program, travail.parties, None)?;
        let livrees = Livrees::Tenues(Parts::of(livraisons, parties).map_err(|_| parties::informe())?);
        montre.passe(Poste::Repartition);
        return Ok(Pretes { livrees, suites: None, organismes, empreintes, parties });
    };
    let ailleurs = || Deversoir::ouvrir(dossier_existant(dossier));
    let controlees =
        Controlees::ouvrir(mission, pack, program, empreinte_regles, *forme, (ailleurs()?, parties::par_lot(memoire)), progression)?;
    montre.passe(Poste::Lecture);
    let (organismes, empreintes, lignes) = (controlees.organismes(), controlees.empreintes.clone(), controlees.lignes());
    if organismes.is_empty() {
        return Err(sans_livraison(mission));
    }
    let tenu = parties::tenu(lignes);
    let parties = parties::nombre(lignes, tenu, program, travail.parties, Some(memoire))?;
    let a_la_fois = parties::lu_a_la_fois(memoire, tenu);
    let livrees = Livrees::Deversees(controlees.deverser(parties.get(), a_la_fois, progression)?);
    let suites = Some(Suites::nouvelles(ailleurs()?, parties.get(), a_la_fois));
    montre.passe(Poste::Repartition);
    Ok(Pretes { livrees, suites, organismes, empreintes, parties })
}

/// The folder itself, or the nearest above it that is there: files without a name leave nothing in it.
fn dossier_existant(dossier: &Path) -> PathBuf {
    let existe = |d: &&Path| !d.as_os_str().is_empty() && d.is_dir();
    dossier.ancestors().find(existe).unwrap_or(Path::new(".")).to_path_buf()
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
    let temps = Temps::default();
    let mut montre = temps.montre(0);
    let ouvert = ouvrir(mission, travail.forme, progression)?;
    let auditeur = cles::destinataire(mission, "auditeur")?;
    let dossier = sortie.unwrap_or(&mission.dossiers.hote);
    montre.passe(Poste::Lecture);
    let pretes = preparer(mission, &ouvert, travail, dossier, progression, &mut montre)?;
    let Pretes { livrees, suites, organismes, empreintes, parties } = pretes;
    let Ouvert { pack, program, .. } = &ouvert;
    let juges = parties::Travail { pack, program, un_par_un: travail.un_par_un, suites, temps: &temps };
    let Juge { tout, un_par_un } = parties::juger(juges, livrees, progression)?;
    montre.repart();
    let annonces = tout.comptes().rights.values().map(|c| (c.certain + c.probable + c.possible) as u64).sum();
    let etape = progression.etape("écriture des repérages", Some(annonces));
    let trouvailles = chemins::reperages(dossier);
    let (reperages, mut prets) = ecrire(&tout, dossier, &[auditeur], &etape)?;
    let Counts { rights: counts, tally, persons, households } = tout.comptes().clone();
    let detection = Detection { findings: un_par_un, counts, tally, persons, households };
    let recu = Recu {
        recours: env!("CARGO_PKG_VERSION"),
        mission: &mission.nom,
        empreinte_mission: ouvert.empreinte.clone(),
        empreinte_regles: &ouvert.empreinte_regles,
        date: mission.date.to_string(),
        epoque: &mission.epoque,
        organismes: &organismes,
        livraisons: empreintes.clone(),
        personnes: detection.persons,
        foyers: detection.households,
        reperages,
        droits: &detection.counts,
        droits_en_attente: pack.waiting.iter().map(|w| (w.right.id.as_str(), w.parameters.as_slice())).collect(),
    };
    let comptes = Comptes::de(&detection);
    let comptes =
        serde_json::to_vec_pretty(&comptes).map_err(|_| ErreurCommande::panne("E-DETECT-003", "comptes impossibles à écrire."))?;
    let recu = serde_json::to_string_pretty(&recu).map_err(|_| ErreurCommande::panne("E-DETECT-003", "reçu impossible à écrire."))?;
    prets.push(preparer_octets(chemins::recepisse(dossier), recu.as_bytes(), Protection::Ordinaire)?);
    prets.push(preparer_octets(chemins::comptes(dossier), &comptes, Protection::Privee)?);
    let mut acte = Acte::de_mission("detection", mission, &ouvert.empreinte).texte("empreinte_regles", &ouvert.empreinte_regles);
    for (organisme, livraison) in &empreintes {
        acte = acte.texte(&format!("recu.{organisme}.attributs"), livraison);
    }
    acte = acte.point("liaison", &mission.dossiers.liaison)?;
    acte = acte.compte("personnes", detection.persons as u64).compte("reperages", reperages as u64);
    journal::publier(&ouvert.journal, acte, prets, None)?;
    etape.terminer();
    montre.passe(Poste::Ecriture);
    let temps = temps.bilan(detection.persons);
    Ok(BilanDetection { detection, table: tout.table(), recu, parties, trouvailles, organismes, temps })
}

/// Writes findings and trace aside, as they come; gives how many findings there are.
///
/// # Errors
/// E-TABLE-022 when the disk refuses, E-ENVELOPPE for the auditor's key.
fn ecrire(tout: &Trouves, dossier: &Path, auditeur: &[String], etape: &Etape<'_>) -> Result<(usize, Vec<FichierPret>), ErreurCommande> {
    let vides = (finding::table(&[]).map_err(|_| parties::informe())?, finding::trace(&[]).map_err(|_| parties::informe())?);
    let mut reperages = EcrivainParquet::avec_protection(chemins::reperages(dossier), &vides.0.schema(), Protection::Privee)?;
    let mut trace = EcrivainScelle::creer(chemins::trace(dossier), &vides.1.schema(), auditeur)??;
    let mut n = 0;
    tout.pour_chaque(&mut |(table, raisons)| {
        n += table.num_rows();
        reperages.ecrire(table)?;
        trace.ecrire(raisons)?;
        etape.avance(table.num_rows() as u64);
        Ok(())
    })?;
    Ok((n, vec![reperages.preparer()?, trace.preparer()?]))
}
