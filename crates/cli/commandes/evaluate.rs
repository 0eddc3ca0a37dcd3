//! `recours evaluate`: rights and amounts of known foyers, without linkage.
//!
//! For rule authors, and for one volunteer on demand. The same evaluator as `detect`, the same rules.

pub(crate) mod entree;
pub(crate) mod etapes;
mod etat;
pub(crate) mod hypotheses;
pub(crate) mod jointure;
pub(crate) mod ruptures;
pub(crate) mod sortie;
mod tranches;

use std::path::PathBuf;

use arrow::array::RecordBatch;
use recours_engine::evaluate::{EvaluateError, Purpose, answers};
use recours_engine::plan::Program;
use recours_rules::date::{self, Days};
use recours_rules::diagnostic::did_you_mean;
use recours_rules::pack::Pack;
use recours_tables::{Format, Origine};

use crate::commandes::explain::{derivation, ecriture};
use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use crate::regles::{Jeu, en_attente};
use crate::ressources::Ressources;
use etapes::{Etapes, Poste};
use jointure::Jointure;
use ruptures::Ruptures;
use sortie::{Comptes, Sortie};

/// Foyers evaluated at a time: the facts of a part are held twice (as read, and as bounds), and where little is known
/// each answer names a hundred facts.
pub(crate) const PART: usize = 4_096;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Les colonnes, leurs unités et leur sens sont ceux du vocabulaire des règles. Une colonne absente ou une \
                        cellule vide est un fait inconnu, jamais un zéro. Un droit déjà perçu répond « acquis » et rien de \
                        plus, un droit qui n'est pas ouvert n'a pas de ligne ; seul --validation, fait pour des données de \
                        référence, répond pour chacun.\n\nUn fait connu à peu près s'écrit par ce qu'on en sait : une tranche \
                        (800..1000, ..2026-10-31), une date ou aucune (2026-10-01..2026-12-31|aucune), deux codes possibles \
                        (actif|chomeur). La colonne facultative « organismes » des personnes nomme ceux qui les connaissent : ce que la \
                        démarche exige en dépend.\n\nUne échéance (rupture) répond dès que les tables ont une colonne pour sa date. Chaque ligne dit \
                        aussi ce qu'une mission en trouverait : certainty, types, stage, deadline, date_utile, unmet, to_ask.\n\nL'état des droits (--etat) dit de chaque droit : ouvert, a_renouveler, interrompu, demande_en_cours, a_proposer ou \
                        inconnu, à quel jour, sur quels faits, de quel organisme et par quelle règle. Il ne dit jamais non : ce que \
                        les règles n'ouvrent pas et ce que nul ne sait sont l'un et l'autre « inconnu ». Il ne se fait que pour des \
                        volontaires : la table des foyers a une colonne « accord » (oui ou non), et seuls les « oui » sont regardés. \
                        « recours difference » compare deux états.")]
pub struct Args {
    /// Dossier du jeu de règles.
    #[arg(long, value_name = "DOSSIER")]
    pub rules: PathBuf,

    /// Jour de l'évaluation (AAAA-MM-JJ) ; son mois est M.
    #[arg(long, value_name = "DATE", value_parser = jour)]
    pub on: Days,

    /// Table des personnes (Parquet, CSV ou Arrow IPC), avec person_id et household_id.
    #[arg(long, value_name = "FICHIER")]
    pub persons: Origine,

    /// Table des foyers, avec household_id.
    #[arg(long, value_name = "FICHIER")]
    pub households: Origine,

    /// Fichier des réponses (Parquet, CSV ou Arrow IPC selon l'extension).
    #[arg(long, value_name = "FICHIER", required_unless_present_any = ["explain", "etat"])]
    pub out: Option<PathBuf>,

    /// Fichier de l'état des droits (.parquet, .csv, .json, ou .txt pour un texte court), lisible par vous seul ; pour les
    /// foyers qui ont donné leur accord.
    #[arg(long, value_name = "FICHIER", requires = "convention", conflicts_with = "validation")]
    pub etat: Option<PathBuf>,

    /// Dans le texte court, aucun droit nommé : combien dans chaque état, et la première date.
    #[arg(long, requires = "etat")]
    pub neutre: bool,

    /// La convention ou le consentement qui permet d'évaluer ces personnes : gardé dans le reçu, sans nom de personne.
    #[arg(long, value_name = "TEXTE")]
    pub convention: Option<String>,

    /// Reçu de l'état des droits (JSON) : règles, jour, convention, comptes seuls.
    #[arg(long, value_name = "FICHIER", requires = "etat")]
    pub recu: Option<PathBuf>,

    /// Variante qui remplace des paramètres, des fenêtres et des clauses par leur nom.
    #[arg(long, value_name = "FICHIER")]
    pub overlay: Option<PathBuf>,

    /// Montre la dérivation de ce foyer (son household_id), clause par clause, valeurs comprises.
    #[arg(long, value_name = "ID")]
    pub explain: Option<String>,

    /// Écrit la dérivation dans ce fichier (lisible par vous seul) au lieu du terminal.
    #[arg(long, value_name = "FICHIER", requires = "explain")]
    pub explain_out: Option<PathBuf>,

    /// La dérivation de ce droit seulement (à répéter pour plusieurs).
    #[arg(long, value_name = "DROIT", requires = "explain")]
    pub droit: Vec<String>,

    /// Données de référence : répond pour chaque unité et chaque droit, perception ignorée.
    #[arg(long)]
    pub validation: bool,

    /// Montre où va le temps, étape par étape (sur la sortie d'erreur), et l'écrit en JSON dans FICHIER s'il est donné.
    #[arg(long, value_name = "FICHIER", num_args = 0..=1, require_equals = true)]
    pub timings: Option<Option<PathBuf>>,

    /// Threads and memory.
    #[command(flatten)]
    pub ressources: Ressources,
}

/// A day written AAAA-MM-JJ.
pub(crate) fn jour(texte: &str) -> Result<Days, String> {
    date::parse(texte).ok_or_else(|| "date du calendrier attendue, AAAA-MM-JJ".to_owned())
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for faults in the rules; 3 for a refused table (nothing is written); 4 when the disk fails.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    let etapes = Etapes::default();
    let demande = etat::Demande::lire(&args)?;
    if let Some(out) = &args.out {
        // A format that cannot be written is refused before anything is read.
        Format::de_chemin(out)?;
    }
    let progression = Progression::automatique();
    let jeu = Jeu::lire(&args.rules)?;
    let mut pack = jeu.construire(args.overlay.as_deref(), args.on)?;
    verifier_droits(&pack, &args.droit)?;
    let gardees = Ruptures::de(&pack).gardees(&args.persons, &args.households, args.validation, &progression)?;
    ruptures::restreindre(&mut pack, &gardees);
    // Of which non-recours it may be is said to people and explained, not of reference data.
    let program = if args.validation && args.explain.is_none() { Program::verdicts(&pack) } else { Program::compile(&pack) };
    let purpose = if args.validation { Purpose::Validation } else { Purpose::Information };
    if args.validation {
        progression.dire(
            "note : --validation compare la règle et la perception ; à réserver à des données de référence, jamais à des personnes réelles.",
        );
    }
    if let Some(phrase) = en_attente(&pack) {
        progression.dire(format!("note : {phrase}"));
    }
    for phrase in hypotheses::nommer(&pack, &program) {
        progression.dire(format!("note : {phrase}"));
    }
    etapes.passe(Poste::Regles);
    let (personnes, foyers) =
        entree::lire(&pack, &program, &args.persons, &args.households, args.ressources.memory, (&progression, &etapes))?;
    dire_colonnes(&pack, &program, &personnes, &foyers, &progression);
    let jointure = Jointure::faire(personnes, foyers)?;
    etapes.passe(Poste::Decodage);
    let foyer = args.explain.as_deref().map(|cle| trouver(&jointure, cle.trim(), &args.households)).transpose()?;
    if let Some(out) = &args.out {
        let comptes = ecrire(&pack, &program, &jointure, purpose, out, (&progression, &etapes))?;
        resumer(&pack, &args, &jointure, purpose, &comptes);
    }
    if let Some(fichier) = &args.timings {
        montrer(&etapes.bilan(jointure.foyers()), fichier.as_deref())?;
    }
    if let Some(demande) = demande {
        demande.faire(&pack, &program, &jointure, &jeu.empreinte(), &progression)?;
    }
    match foyer {
        Some(foyer) => expliquer(&pack, &program, &jointure, foyer, &args),
        None => Ok(()),
    }
}

/// Refuses a right that the rules do not have.
pub(crate) fn verifier_droits(pack: &Pack, droits: &[String]) -> Result<(), ErreurCommande> {
    let connus = || pack.all_rights().map(|r| r.id.as_str());
    let Some(inconnu) = droits.iter().find(|d| !connus().any(|c| c == d.as_str())) else { return Ok(()) };
    let conseil = match did_you_mean(inconnu, connus()) {
        Some(proche) => format!("Vouliez-vous dire « {proche} » ?"),
        None => format!("Droits de ce jeu : {}.", connus().collect::<Vec<_>>().join(", ")),
    };
    Err(ErreurCommande::usage("E-EVALUER-004", format!("--droit {inconnu} : ce jeu de règles n'a pas ce droit.")).avec_conseil(conseil))
}

/// Names the facts that nobody brings, and those that stand in the wrong table.
pub(crate) fn dire_colonnes(pack: &Pack, program: &Program, personnes: &entree::Table, foyers: &entree::Table, progression: &Progression) {
    for (table, autre) in [(personnes, foyers), (foyers, personnes)] {
        if !table.egares.is_empty() {
            progression.dire(format!(
                "attention : {} : colonne(s) {} non lues ; elles vont dans {}.",
                table.fichier.display(),
                table.egares.join(", "),
                autre.fichier.display()
            ));
        }
    }
    let present = |c: &str| [personnes, foyers].iter().any(|t| t.lot.column_by_name(c).is_some());
    // A conclusion follows from other facts where no column brings it.
    let attendus = program.inputs.iter().filter(|f| !pack.derived.contains_key(&f.0));
    let noms = attendus.map(|f| recours_engine::foyers::column_name(pack, *f));
    let mut absents: Vec<String> = noms.filter(|c| !present(c)).collect();
    absents.sort();
    if !absents.is_empty() {
        progression.dire(format!("note : {} fait(s) sans colonne, donc inconnus : {}.", absents.len(), absents.join(", ")));
    }
}

/// Where the time went.
fn montrer(bilan: &etapes::Bilan, fichier: Option<&std::path::Path>) -> Result<(), ErreurCommande> {
    eprint!("{}", bilan.en_clair());
    let Some(fichier) = fichier else { return Ok(()) };
    let json = serde_json::to_vec_pretty(bilan)
        .map_err(|_| ErreurCommande::panne("E-EVALUER-001", "les temps n'ont pas pu être écrits (défaut du programme)."))?;
    Ok(recours_tables::ecrire_octets(fichier, &json, recours_tables::Protection::Ordinaire)?)
}

/// The answers, in a file.
fn ecrire(
    pack: &Pack,
    program: &Program,
    jointure: &Jointure,
    purpose: Purpose,
    out: &std::path::Path,
    (progression, etapes): (&Progression, &Etapes),
) -> Result<Comptes, ErreurCommande> {
    let mut comptes = Comptes::default();
    let mut sortie: Option<Sortie<'_>> = None;
    evaluer(pack, program, jointure, purpose, (progression, etapes), &mut |reponses| {
        comptes.ajouter(&reponses);
        match &mut sortie {
            Some(s) => s.ecrire(reponses)?,
            None => sortie.insert(Sortie::creer(out, &reponses)?).ecrire(reponses)?,
        }
        etapes.passe(Poste::Ecriture);
        Ok(())
    })?;
    if let Some(s) = sortie {
        s.terminer()?;
    }
    etapes.passe(Poste::Ecriture);
    Ok(comptes)
}

/// The answers, part after part in the order of the foyers; at least one, so that a table without foyer still gives the
/// columns.
pub(crate) fn evaluer(
    pack: &Pack,
    program: &Program,
    jointure: &Jointure,
    purpose: Purpose,
    (progression, etapes): (&Progression, &Etapes),
    recevoir: &mut dyn FnMut(RecordBatch) -> Result<(), ErreurCommande>,
) -> Result<(), ErreurCommande> {
    let etape = progression.etape("Évaluation des foyers", Some(jointure.foyers() as u64));
    let defaut = || ErreurCommande::panne("E-EVALUER-001", "les réponses n'ont pas pu être mises en table (défaut du programme).");
    for part in 0..jointure.foyers().div_ceil(PART).max(1) {
        let foyers = part * PART..((part + 1) * PART).min(jointure.foyers());
        let faits = jointure.partie(pack, program, foyers.clone())?;
        etapes.passe(Poste::Decodage);
        let reponses = answers(pack, program, &faits, purpose).map_err(|e| match e {
            // Such rules can be held against reference data; nobody can be told of them.
            EvaluateError::Detect(_) => ErreurCommande::refus(
                "E-EVALUER-007",
                "le vocabulaire des règles n'a pas les rôles du foyer (demandeur, conjoint, enfant et absent, codes du fait « role »).",
            )
            .avec_conseil(
                "Corrigez la liste de codes « roles » du vocabulaire, ou évaluez avec --validation si ce sont des données de référence.",
            ),
            EvaluateError::Table(_) => defaut(),
        })?;
        etapes.passe(Poste::Evaluation);
        let reponses = reponses.table().map_err(|_| defaut())?;
        etapes.passe(Poste::Reponses);
        recevoir(reponses)?;
        etape.avance(foyers.len() as u64);
        progression.continuer()?;
    }
    etape.terminer();
    Ok(())
}

/// Counts only, one line per right. Without `--validation` nothing is counted of those who have no right.
fn resumer(pack: &Pack, args: &Args, jointure: &Jointure, purpose: Purpose, comptes: &Comptes) {
    let reponses: &[&str] = match purpose {
        Purpose::Validation => &["oui", "non", "inconnu"],
        Purpose::Information => &["acquis", "oui", "inconnu"],
    };
    println!(
        "{} foyers, {} personnes, au {}.",
        ecriture::entier(jointure.foyers() as u64),
        ecriture::entier(jointure.personnes() as u64),
        ecriture::date_longue(args.on)
    );
    for droit in &pack.rights {
        println!("  {:<24} {}", droit.id, comptes.ligne(&droit.id, reponses));
    }
    if let Some(out) = &args.out {
        println!("Réponses : {}", out.display());
    }
}

/// The row of the foyer to explain, sought before anything is written.
pub(crate) fn trouver(jointure: &Jointure, cle: &str, foyers: &Origine) -> Result<usize, ErreurCommande> {
    jointure.trouver(cle).ok_or_else(|| {
        ErreurCommande::refus(
            "E-EVALUER-002",
            format!("{}, colonne « household_id » : aucun foyer ne porte l'identifiant demandé à --explain.", foyers.nom().display()),
        )
        .avec_conseil("Donnez l'identifiant tel qu'il est écrit dans la table des foyers.")
    })
}

/// The derivation of a foyer, as a text with its values.
pub(crate) fn deriver(
    pack: &Pack,
    program: &Program,
    jointure: &Jointure,
    (foyer, nom): (usize, &str),
    droits: &[String],
    validation: bool,
) -> Result<String, ErreurCommande> {
    let faits = jointure.partie(pack, program, foyer..foyer + 1)?;
    Ok(derivation::expliquer(&derivation::Demande {
        pack,
        program,
        population: &faits.population,
        nom,
        perception_ignoree: validation,
        unite: None,
        droits,
    }))
}

fn expliquer(pack: &Pack, program: &Program, jointure: &Jointure, foyer: usize, args: &Args) -> Result<(), ErreurCommande> {
    let nom = args.explain.as_deref().unwrap_or_default().trim();
    let texte = deriver(pack, program, jointure, (foyer, nom), &args.droit, args.validation)?;
    match &args.explain_out {
        Some(fichier) => {
            recours_tables::ecrire_octets(fichier, texte.as_bytes(), recours_tables::Protection::Privee)?;
            println!("Dérivation : {}", fichier.display());
        }
        None => print!("{texte}"),
    }
    Ok(())
}
