//! `recours journal`: check a role's signed log, give its head to others, prune old contents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::{Timestamp, ToSpan};
use recours_tables::journal::{ClePublique, Contenu, Entree, ErreurJournal, Point, Verifie, verifier_fichier};

use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::journal;
use crate::mission::Mission;

/// Entries shown unless all are asked for.
const MONTREES: usize = 20;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chaque rôle tient dans son dossier le journal signé de ce qu'il a fait (journal.jsonl) : empreintes, clés\n\
publiques, comptes arrondis, jamais un jeton, un numéro de ligne ni un fait.\n\n\
Exemple : recours journal verifie bodies/caf/journal.jsonl --cle 5f…a1 --point linkage/journal.jsonl")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// The three things to do with a log.
#[derive(Debug, Subcommand)]
enum Action {
    /// Vérifie la chaîne, l'ordre et les signatures, puis résume le journal
    Verifie {
        /// Journal d'un rôle
        #[arg(value_name = "FICHIER")]
        fichier: PathBuf,
        /// Clé publique du rôle (64 chiffres hexadécimaux), lue dans cles/identifiants.toml ; sans elle, la première signe tout
        #[arg(long, value_name = "PUBLIC")]
        cle: Option<String>,
        /// Point gardé par un autre rôle : son texte, un fichier qui le contient, ou le journal de ce rôle
        #[arg(long, value_name = "POINT")]
        point: Option<String>,
        /// Montre toutes les entrées, pas seulement les dernières
        #[arg(long)]
        tout: bool,
    },
    /// Affiche le point du journal : une ligne signée que d'autres gardent, et qui montrera une fin coupée ou réécrite
    Point {
        /// Journal d'un rôle
        #[arg(value_name = "FICHIER")]
        fichier: PathBuf,
    },
    /// Retire le contenu des entrées anciennes ; leurs empreintes et signatures restent, la chaîne tient
    Elague {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
        /// Rôle (`tiers_cles`, `liaison`, `hote`, `auditeur`) ou organisme dont c'est le journal
        #[arg(long, value_name = "NOM")]
        de: String,
        /// Âge à partir duquel un contenu est retiré, en mois
        #[arg(long, value_name = "MOIS", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=120))]
        mois: u16,
    },
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the log does not hold, naming the line; exit 2 for a key that is not one.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    match args.action {
        Action::Verifie { fichier, cle, point, tout } => {
            let cle = cle.map(|t| ClePublique::de_texte(&t).ok_or_else(cle_illisible)).transpose()?;
            let lu = verifier_fichier(&fichier, cle, None)?;
            let point = match (&point, lu.entrees.first()) {
                (Some(p), Some(premiere)) => Some(lire_point(p, &premiere.auteur)?),
                _ => None,
            };
            if let Some(point) = &point {
                verifier_fichier(&fichier, cle, Some(point))?;
            }
            print!("{}", resume(&lu, cle.is_some(), point.as_ref(), tout));
        }
        Action::Point { fichier } => {
            if let Some(derniere) = verifier_fichier(&fichier, None, None)?.entrees.last() {
                println!("{}", Point::de(derniere));
            }
        }
        Action::Elague { mission, de, mois } => {
            let mission = Mission::lire(&mission)?;
            let qui = Detenteur::de_nom(&de);
            let avant = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).checked_sub(i32::from(mois).months());
            let avant = avant.map_err(|_| ErreurCommande::panne("E-INTERNE-001", "date impossible."))?.timestamp();
            let retires = journal::ouvrir(&mission, &qui)?.elaguer(avant.as_second())?;
            println!("{retires} contenus de plus de {mois} mois retirés ; leurs empreintes restent.");
        }
    }
    Ok(())
}

fn cle_illisible() -> ErreurCommande {
    ErreurCommande::usage("E-JOURNAL-015", "la clé donnée n'est pas une clé publique de journal.")
        .avec_conseil("Attendu : les 64 chiffres hexadécimaux que nomme cles/identifiants.toml, section [signatures].")
}

/// A point from its text, a file that holds it, or the latest that another role's log attests of `auteur`.
fn lire_point(donne: &str, auteur: &str) -> Result<Point, ErreurCommande> {
    if !Path::new(donne).exists() {
        return Ok(Point::lire(donne)?);
    }
    let chemin = Path::new(donne);
    let texte = std::fs::read_to_string(chemin).map_err(|e| recours_tables::ErreurTable::de_lecture(chemin, &e))?;
    if !texte.starts_with('{') {
        return Ok(Point::lire(&texte)?);
    }
    // A witness that does not hold itself attests nothing.
    let temoin = verifier_fichier(chemin, None, None)?;
    let nom = format!("point.{auteur}");
    let garde = temoin.entrees.iter().rev().find_map(|e| e.contenu.as_ref()?.get(&nom));
    let garde = garde.ok_or_else(|| ErreurCommande::from(ErreurJournal::Point).dans(chemin))?;
    Ok(Point::lire(garde)?)
}

/// What a reader needs: whose it is, what holds, what was done, the last entries.
fn resume(lu: &Verifie, cle_donnee: bool, point: Option<&Point>, tout: bool) -> String {
    use std::fmt::Write;
    let mut t = String::new();
    let (Some(premiere), Some(derniere)) = (lu.entrees.first(), lu.entrees.last()) else { return t };
    // Writing to a String cannot fail.
    let _ = writeln!(t, "Journal de {} : {} entrées, du {} au {}.", premiere.auteur, lu.entrees.len(), jour(premiere), jour(derniere));
    let _ = writeln!(t, "La chaîne tient ; toutes les entrées sont signées par {}.", premiere.cle());
    if !cle_donnee {
        let _ = writeln!(
            t,
            "Comparez cette clé avec celle de cles/identifiants.toml, ou donnez --cle : un journal réécrit en entier tiendrait aussi."
        );
    }
    let _ = match point {
        Some(p) => writeln!(t, "Il mène au point gardé (entrée {}) : rien de ce qu'il atteste n'a été coupé ni réécrit.", p.rang),
        None => writeln!(t, "Sans point gardé par un autre (--point), une fin coupée ne se voit pas."),
    };
    if lu.elaguees > 0 {
        let _ = writeln!(t, "{} contenus anciens ont été retirés ; leurs empreintes restent.", lu.elaguees);
    }
    let mut actes: BTreeMap<&str, usize> = BTreeMap::new();
    lu.entrees.iter().for_each(|e| *actes.entry(&e.acte).or_default() += 1);
    let actes: Vec<String> = actes.iter().map(|(acte, n)| format!("{} {n}", dit(acte))).collect();
    let _ = writeln!(t, "Actes : {}.\n", actes.join(", "));
    let sautees = if tout { 0 } else { lu.entrees.len().saturating_sub(MONTREES) };
    if sautees > 0 {
        let _ = writeln!(t, "  … {sautees} entrées plus anciennes (--tout les montre)");
    }
    for entree in lu.entrees.iter().skip(sautees) {
        let contenu = entree.contenu.as_ref().map_or_else(|| "contenu retiré".to_owned(), details);
        let _ = writeln!(t, "{:>5}  {}  {:<22} {contenu}", entree.rang, entree.date(), dit(&entree.acte));
    }
    t
}

fn jour(entree: &Entree) -> String {
    entree.date().split('T').next().unwrap_or_default().to_owned()
}

/// `creation_de_cle` as people write it.
fn dit(acte: &str) -> String {
    match acte {
        "creation_de_cle" => "création de clé".into(),
        "destruction_de_cle" => "destruction de clé".into(),
        "detection" => "détection".into(),
        "elagage" => "élagage".into(),
        autre => autre.replace('_', " "),
    }
}

/// The content in one line: hashes and points shortened, the mission's own fields left out after its name.
fn details(contenu: &Contenu) -> String {
    let court = |texte: &str| {
        let long = texte.chars().count() > 24 && !texte.contains(' ');
        if long { texte.chars().take(12).chain(['…']).collect() } else { texte.to_owned() }
    };
    let montres = contenu.iter().filter(|(nom, _)| !matches!(nom.as_str(), "mode" | "suite" | "canon"));
    montres
        .map(|(nom, texte)| match texte.strip_prefix("recours-point-1 ") {
            Some(point) => format!("{nom}={}", point.split(' ').nth(1).unwrap_or_default()),
            None => format!("{nom}={}", court(texte)),
        })
        .collect::<Vec<_>>()
        .join(" ")
}
