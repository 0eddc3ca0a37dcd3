//! `recours detect`: at the engine host, the rules over linked, nameless records.

use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::{Composition, Mission};
use crate::progression::Progression;
use crate::ressources::Ressources;
use crate::{chemins, cles, regles};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, UInt8Type};
use recours_engine::detect::{self, Detection};
use recours_engine::finding;
use recours_engine::link::{Coverage, Delivery, Handle};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::types::Type;
use recours_tables::ecriture::{Protection, ecrire_ensemble, preparer_octets, vers_parquet};
use recours_tables::enveloppe::{IdentiteAge, chiffrer, dechiffrer};
use recours_tables::lecture::{Lecteur, lire_table};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'hôte du moteur : évalue les règles sur les personnes reliées, sans aucun nom.\n\n\
Lit deliveries/<organisme>/attributs.parquet.age et linkage/<organisme>.parquet ; écrit findings.parquet,\n\
trace.parquet.age (pour l'auditeur seul) et receipt.json (empreintes et comptes, jamais de valeur).\n\n\
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
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when a delivery, a link or a key is refused; exit 1 for faults in the rules.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    let mission = Mission::lire(&args.mission)?;
    let progression = Progression::automatique();
    let bilan = detecter_dans(&mission, args.out.as_deref(), args.ressources.memory, &progression)?;
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
    let (pack, empreinte) = regles::de_mission(mission)?;
    let empreinte_mission = mission.empreinte(&empreinte);
    let program = Program::compile(&pack);
    let cle = IdentiteAge::lire(&chemins::cle_hote(mission))?;
    let mut livraisons = Vec::new();
    let mut empreintes = BTreeMap::new();
    for o in &mission.organismes {
        let attributs = chemins::attributs(&chemins::livraison(mission, &o.id));
        let liens = chemins::liaison(&mission.dossiers.liaison, &o.id);
        if !attributs.exists() {
            progression.dire(format!("{} n'a rien livré : ce que lui seul sait reste inconnu.", o.id));
            continue;
        }
        let etape = progression.etape(format!("lecture de {}", o.id), None);
        let octets = std::fs::read(&attributs).map_err(|e| recours_tables::ErreurTable::de_lecture(&attributs, &e))?;
        empreintes.insert(o.id.clone(), blake3::hash(&octets).to_hex().to_string());
        let clair = dechiffrer(&octets, &cle).map_err(|e| ErreurCommande::from(e).dans(&attributs))?;
        let faits = Lecteur::depuis_parquet(&attributs, clair)?;
        let mut entete = Entete::nouvelle(Contenu::Attributs, mission, &empreinte_mission, &o.id);
        entete.regles = Some(empreinte.clone());
        entete.lignes = faits.lignes().unwrap_or(0);
        entete.verifier(&faits)?;
        let liens = lire_table(&liens)?;
        let mut entete = Entete::nouvelle(Contenu::Liaison, mission, &empreinte_mission, &o.id);
        entete.lignes = liens.lignes().unwrap_or(0);
        entete.verifier(&liens)?;
        let (faits, liens) = (une_table(faits)?, une_table(liens)?);
        let couverture = match o.composition {
            Composition::Complete => Coverage::Complete,
            Composition::Partielle => Coverage::Partial,
            Composition::Aucune => Coverage::Nothing,
        };
        let couvre = o.couverture.iter().map(|(v, _)| v.clone()).collect();
        livraisons.push(livraison(&pack, &program, &o.id, couverture, couvre, faits, &liens)?);
        etape.terminer();
    }
    if livraisons.is_empty() {
        return Err(ErreurCommande::refus("E-DETECT-001", format!("{} : aucune livraison.", mission.dossiers.livraisons.display()))
            .avec_conseil(
                "Chaque organisme scelle d'abord son extrait (recours seal), puis l'unité de liaison les relie (recours link).",
            ));
    }
    if let Some(permis) = memoire {
        let faut = besoin(&livraisons, &program);
        if faut > permis {
            return Err(ErreurCommande::panne(
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
    let arrow = |e: arrow::error::ArrowError| ErreurCommande::panne("E-DETECT-003", format!("table de sortie impossible : {e}."));
    let table = finding::table(&detection.findings).map_err(arrow)?;
    let trace = finding::trace(&detection.findings).map_err(arrow)?;
    let auditeur = cles::destinataire(mission, "auditeur")?;
    let trace = chiffrer(&vers_parquet("trace.parquet", &trace.schema(), &[trace])?, &[auditeur])?;
    let recu = Recu {
        recours: env!("CARGO_PKG_VERSION"),
        mission: &mission.nom,
        empreinte_mission,
        empreinte_regles: &empreinte,
        date: mission.date.to_string(),
        epoque: &mission.epoque,
        organismes: &organismes,
        livraisons: empreintes,
        personnes: detection.persons,
        foyers: detection.households,
        reperages: detection.findings.len(),
        droits: &detection.counts,
    };
    let recu = serde_json::to_vec_pretty(&recu).map_err(|_| ErreurCommande::panne("E-DETECT-003", "reçu impossible à écrire."))?;
    ecrire_ensemble(vec![
        preparer_octets(&trouvailles, &vers_parquet("findings.parquet", &table.schema(), &[table])?, Protection::Privee)?,
        preparer_octets(chemins::trace(dossier), &trace, Protection::Privee)?,
        preparer_octets(chemins::recepisse(dossier), &recu, Protection::Ordinaire)?,
    ])?;
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

fn une_table(lecteur: Lecteur) -> Result<RecordBatch, ErreurCommande> {
    let schema = lecteur.schema();
    let lots: Vec<RecordBatch> = lecteur.lots()?.map(|l| l.map(|l| l.lot().clone())).collect::<Result<_, _>>()?;
    concat_batches(&schema, &lots).map_err(|e| ErreurCommande::panne("E-DETECT-003", format!("table illisible : {e}.")))
}

/// A delivery with the links of its rows. Rows are put in the order of their ids: what a body writes first
/// must not matter.
fn livraison(
    pack: &Pack,
    program: &Program,
    organisme: &str,
    composition: Coverage,
    covers: Vec<String>,
    faits: RecordBatch,
    liens: &RecordBatch,
) -> Result<Delivery, ErreurCommande> {
    for champ in faits.schema().fields() {
        let nom = champ.name();
        let lu = program.inputs.iter().any(|f| recours_engine::foyers::column_name(pack, *f) == *nom);
        if !lu && !matches!(nom.as_str(), "row_id" | "foyer" | "role") {
            return Err(ErreurCommande::refus(
                "E-DETECT-005",
                format!("livraison de « {organisme} » : colonne « {nom} » qu'aucune règle chargée ne lit."),
            )
            .avec_conseil(
                "Rien de plus que ce que les règles demandent ne doit arriver chez l'hôte : l'organisme doit sceller de nouveau.",
            ));
        }
    }
    let ids = seize(&faits, "row_id", organisme)?;
    let mut ordre: Vec<u32> = (0..u32::try_from(ids.len()).unwrap_or(u32::MAX)).collect();
    ordre.sort_unstable_by_key(|i| ids.get(*i as usize).copied());
    let ordre = arrow::array::UInt32Array::from(ordre);
    let faits = arrow::compute::take_record_batch(&faits, &ordre)
        .map_err(|e| ErreurCommande::panne("E-DETECT-003", format!("table illisible : {e}.")))?;
    let ids = seize(&faits, "row_id", organisme)?;
    if let Some(i) = ids.windows(2).position(|w| w.first() == w.get(1)) {
        let lignes = (ordre.values().get(i).copied().unwrap_or(0) + 1, ordre.values().get(i + 1).copied().unwrap_or(0) + 1);
        return Err(ErreurCommande::refus(
            "E-DETECT-006",
            format!("livraison de « {organisme} » : le même row_id aux lignes {} et {}.", lignes.0, lignes.1),
        )
        .avec_conseil("L'organisme doit dédoublonner son extrait et sceller de nouveau."));
    }
    let lies = seize(liens, "row_id", organisme)?;
    let poignees = seize(liens, "handle", organisme)?;
    let force = liens.column_by_name("force").and_then(|c| cast(c, &DataType::UInt8).ok());
    let certifie = liens.column_by_name("nir_certifie").and_then(|c| cast(c, &DataType::Boolean).ok());
    let (Some(force), Some(certifie)) = (force, certifie) else {
        return Err(ErreurCommande::refus("E-DETECT-007", format!("liens de « {organisme} » : colonnes force et nir_certifie attendues."))
            .avec_conseil("Refaire recours link."));
    };
    let (force, certifie) = (force.as_primitive::<UInt8Type>(), certifie.as_boolean());
    let index: HashMap<Handle, usize> = lies.iter().enumerate().map(|(i, r)| (*r, i)).collect();
    let mut d = Delivery {
        body: organisme.to_owned(),
        composition,
        covers,
        handles: Vec::with_capacity(ids.len()),
        force: Vec::with_capacity(ids.len()),
        certified: Vec::with_capacity(ids.len()),
        foyers: seize_ou_rien(&faits, "foyer", organisme)?,
        roles: roles(pack, &faits),
        facts: faits.clone(),
    };
    for (ligne, id) in ids.iter().enumerate() {
        let Some(i) = index.get(id) else {
            let fichier = ordre.values().get(ligne).copied().unwrap_or(0) + 1;
            return Err(ErreurCommande::refus("E-DETECT-008", format!("livraison de « {organisme} », ligne {fichier} : ligne sans lien."))
                .avec_conseil("Jetons et attributs viennent de deux scellements différents : sceller et relier de nouveau."));
        };
        d.handles.push(poignees.get(*i).copied().unwrap_or_default());
        d.force.push(force.value(*i));
        d.certified.push(certifie.value(*i));
    }
    Ok(d)
}

fn seize(table: &RecordBatch, colonne: &str, organisme: &str) -> Result<Vec<[u8; 16]>, ErreurCommande> {
    let valeurs = seize_ou_rien(table, colonne, organisme)?;
    let n = table.num_rows();
    valeurs
        .into_iter()
        .enumerate()
        .map(|(i, v)| {
            v.ok_or_else(|| {
                ErreurCommande::refus(
                    "E-DETECT-009",
                    format!("« {organisme} » : colonne « {colonne} », ligne {} : seize octets attendus.", i + 1),
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()
        .and_then(|v| {
            if v.len() == n {
                Ok(v)
            } else {
                Err(ErreurCommande::refus("E-DETECT-009", format!("« {organisme} » : colonne « {colonne} » absente.")))
            }
        })
}

fn seize_ou_rien(table: &RecordBatch, colonne: &str, organisme: &str) -> Result<Vec<Option<[u8; 16]>>, ErreurCommande> {
    let Some(c) = table.column_by_name(colonne) else { return Ok(vec![None; table.num_rows()]) };
    let Some(c) = c.as_fixed_size_binary_opt().filter(|c| c.value_length() == 16) else {
        return Err(ErreurCommande::refus("E-DETECT-009", format!("« {organisme} » : colonne « {colonne} » : seize octets attendus.")));
    };
    Ok((0..c.len()).map(|i| c.is_valid(i).then(|| c.value(i).try_into().ok()).flatten()).collect())
}

fn roles(pack: &Pack, faits: &RecordBatch) -> Vec<Option<u8>> {
    let liste = pack.vocabulary.variables.get(pack.role).and_then(|v| match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    let texte = faits.column_by_name("role").and_then(|c| cast(c, &DataType::Utf8).ok());
    match (liste, texte) {
        (Some(liste), Some(t)) => {
            let t = t.as_string::<i32>();
            (0..t.len())
                .map(|i| t.is_valid(i).then(|| liste.index_written(t.value(i))).flatten().and_then(|i| u8::try_from(i).ok()))
                .collect()
        }
        _ => vec![None; faits.num_rows()],
    }
}
