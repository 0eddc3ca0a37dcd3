//! `recours explain`: at the engine host, why a unit was found, clause by clause.
//!
//! The other output that shows a record's values: to the terminal or to a file of the user alone.

mod arbre;
mod dependances;
pub mod derivation;
pub mod ecriture;
mod entourage;
mod formule;
mod lecteur;
mod parcours;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use recours_engine::link::Handle;
use recours_engine::outreach::NumeroDeLigne;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_tables::{Protection, ecrire_octets, lire_table};

use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::livraisons;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles;
use entourage::{Description, Entourage};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Deux formes, toutes deux chez l'hôte, avec sa clé :\n\n\
--unit, pour l'hôte et l'auditeur : les livraisons sont relues, et les clauses de chaque règle évaluées une à une sur le\n\
foyer de cette unité, selon chaque organisme qui le décrit. La dérivation montre des valeurs : elle va au terminal, ou\n\
dans un fichier lisible par vous seul. Les montants et motifs de tous sont dans trace.parquet.age, pour l'auditeur seul.\n\n\
--row et --for, pour un organisme qui demande pourquoi une ligne de sa liste : ses propres faits, et de ceux des autres\n\
seulement si la condition qui en dépend est remplie ou à vérifier ; jamais une valeur, un montant, ni de quel organisme.\n\
Seules s'expliquent les lignes qui lui ont été remises et n'ont pas expiré ; toute autre est refusée de la même façon.\n\
La demande est au journal, sans le numéro de ligne. Avec --out FICHIER.age, la réponse est chiffrée pour l'organisme.\n\n\
Exemple : recours explain mission.toml --row NUMERO --for caf --out reponse.age")]
pub struct Args {
    /// La mission (mission.toml).
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,

    /// Les repérages (findings.parquet).
    #[arg(long, value_name = "FICHIER", required_unless_present = "row")]
    pub findings: Option<PathBuf>,

    /// Poignée de l'unité : 32 chiffres hexadécimaux, comme dans les repérages.
    #[arg(long, value_name = "HEX", value_parser = poignee, required_unless_present = "row")]
    pub unit: Option<Handle>,

    /// Numéro d'une ligne remise : 32 chiffres hexadécimaux, comme dans la liste de l'organisme.
    #[arg(long, value_name = "HEX", value_parser = poignee, requires = "pour", conflicts_with_all = ["unit", "findings"])]
    pub row: Option<NumeroDeLigne>,

    /// L'organisme qui demande.
    #[arg(long = "for", id = "pour", value_name = "ORGANISME", requires = "row")]
    pub pour: Option<String>,

    /// Fichier de sortie (lisible par vous seul) au lieu du terminal.
    #[arg(long, value_name = "FICHIER")]
    pub out: Option<PathBuf>,
}

/// A handle or row number: 32 hexadecimal digits.
pub(crate) fn poignee(texte: &str) -> Result<Handle, String> {
    let attendu = || "32 chiffres hexadécimaux attendus".to_owned();
    if texte.len() != 32 || !texte.is_ascii() {
        return Err(attendu());
    }
    let mut sortie = [0; 16];
    for (i, octet) in sortie.iter_mut().enumerate() {
        *octet = texte.get(2 * i..2 * i + 2).and_then(|x| u8::from_str_radix(x, 16).ok()).ok_or_else(attendu)?;
    }
    Ok(sortie)
}

/// A finding of the unit.
struct Reperage {
    droit: String,
    degre: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the unit is not among the findings or the row was not handed over, or a delivery, a link or a key is
/// refused.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    match (args.row, &args.pour, args.findings, args.unit) {
        (Some(row), Some(pour), ..) => lecteur::expliquer(&mission, row, pour, args.out.as_deref()),
        (_, _, Some(findings), Some(unite)) => expliquer_unite(&mission, &findings, unite, args.out.as_deref()),
        // clap asks for one form or the other.
        _ => Err(ErreurCommande::usage("E-USAGE-001", "donnez --unit et --findings, ou --row et --for.")),
    }
}

fn expliquer_unite(mission: &Mission, findings: &Path, unite: Handle, sortie: Option<&Path>) -> Result<(), ErreurCommande> {
    let texte = deriver_unite(mission, findings, unite, &Progression::automatique())?;
    match sortie {
        Some(fichier) => {
            ecrire_octets(fichier, texte.as_bytes(), Protection::Privee)?;
            println!("Dérivation : {}", fichier.display());
        }
        None => print!("{texte}"),
    }
    Ok(())
}

/// Why a unit was found, with its values.
///
/// # Errors
/// As the command.
pub fn deriver_unite(mission: &Mission, findings: &Path, unite: Handle, progression: &Progression) -> Result<String, ErreurCommande> {
    let (mut pack, empreinte) = regles::de_mission(mission)?;
    let reperages = reperages(findings, unite)?;
    if reperages.is_empty() {
        return Err(ErreurCommande::refus("E-EXPLIQUER-001", format!("{} : aucun repérage pour cette unité.", findings.display()))
            .avec_conseil("Copiez la poignée de la colonne « unit », en hexadécimal ; qui n'a pas de repérage n'a rien à expliquer."));
    }
    let program = Program::compile(&pack);
    let livraisons = livraisons::ouvrir(mission, &pack, &program, &empreinte, Forme::Grossie, progression)?.livraisons;
    // Nothing is said of rights for which nothing was found.
    pack.rights.retain(|r| reperages.iter().any(|x| x.droit == r.id));
    let program = Program::compile(&pack);
    let connu = entourage::entourage(&pack, &program, livraisons, unite).map_err(|e| {
        ErreurCommande::refus("E-EXPLIQUER-004", format!("{e}."))
            .avec_conseil("L'organisme doit corriger cette colonne et sceller de nouveau.")
    })?;
    let Some(connu) = connu.filter(|c| !c.descriptions.is_empty()) else {
        return Err(ErreurCommande::refus("E-EXPLIQUER-002", "cette unité n'est dans aucune des livraisons présentes.")
            .avec_conseil("Les repérages viennent d'autres livraisons ou d'une autre liaison : refaites `recours detect`."));
    };
    Ok(texte(&pack, &program, &reperages, &connu))
}

/// The findings of a unit.
fn reperages(fichier: &Path, unite: Handle) -> Result<Vec<Reperage>, ErreurCommande> {
    let mut sortie = Vec::new();
    for lot in lire_table(fichier)?.projeter(&["unit", "right", "certainty"])?.lots()? {
        let lot = lot?;
        let unites = lot.colonne("unit")?.octets16()?;
        let (droits, degres) = (lot.colonne("right")?.texte()?, lot.colonne("certainty")?.texte()?);
        for (i, _) in unites.iter().enumerate().filter(|(_, u)| **u == Some(unite)) {
            sortie.push(Reperage { droit: droits.value(i).to_owned(), degre: degres.value(i).to_owned() });
        }
    }
    Ok(sortie)
}

fn texte(pack: &Pack, program: &Program, reperages: &[Reperage], connu: &Entourage) -> String {
    let mut s = String::from("Repérages de cette unité :\n");
    for r in reperages {
        let libelle = pack.right(&r.droit).and_then(|i| pack.rights.get(i)).map_or(r.droit.as_str(), |d| d.label.as_str());
        let _ = writeln!(s, "  {libelle} ({}) : {}", r.droit, r.degre);
    }
    let lien = match connu.force {
        4.. => "un seul organisme la connaît, aucun lien à mettre en doute",
        3 => "numéro national certifié",
        2 => "numéro national, ou noms et date de naissance complets",
        _ => "passe plus faible : le repérage reste à vérifier",
    };
    let _ = writeln!(s, "Connue de : {}. Lien le plus faible : {lien}.", connu.organismes.join(", "));
    if connu.descriptions.len() > 1 {
        let _ = writeln!(s, "{} descriptions de son foyer : le degré est celui qui vaut dans toutes.", connu.descriptions.len());
    }
    s += "Les faits arrivent ici grossis (`recours plan` dit comment) : une tranche est tout ce que l'hôte en sait.\n";
    for d in &connu.descriptions {
        let _ = writeln!(s, "\n=== {} ===\n", titre(d));
        s += &derivation::expliquer(&derivation::Demande {
            pack,
            program,
            population: &d.population,
            nom: &titre(d),
            perception_ignoree: false,
            unite: Some(d.personne),
            droits: &[],
        });
    }
    s
}

fn titre(d: &Description) -> String {
    match (&d.organisme, d.complete) {
        (Some(o), true) => format!("selon {o}, composition complète"),
        (Some(o), false) => format!("selon {o}, d'autres membres sont possibles"),
        (None, _) => "qu'aucun organisme ne décrit en entier".into(),
    }
}
