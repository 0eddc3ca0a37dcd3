//! `recours explain`: at the engine host, why a unit was found, clause by clause.
//!
//! The other output that shows a record's values: to the terminal or to a file of the user alone.

mod arbre;
mod dependances;
pub mod derivation;
pub mod ecriture;
mod entourage;
mod formule;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use recours_engine::link::Handle;
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
#[command(after_help = "Se fait chez l'hôte, avec sa clé : les livraisons sont relues, et les clauses de chaque règle évaluées une \
                        à une sur le foyer de cette unité, selon chaque organisme qui le décrit. La dérivation montre des \
                        valeurs : elle va au terminal, ou dans un fichier lisible par vous seul.")]
pub struct Args {
    /// La mission (mission.toml).
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,

    /// Les repérages (findings.parquet).
    #[arg(long, value_name = "FICHIER")]
    pub findings: PathBuf,

    /// Poignée de l'unité : 32 chiffres hexadécimaux, comme dans les repérages.
    #[arg(long, value_name = "HEX", value_parser = poignee)]
    pub unit: Handle,

    /// Fichier de sortie (lisible par vous seul) au lieu du terminal.
    #[arg(long, value_name = "FICHIER")]
    pub out: Option<PathBuf>,
}

fn poignee(texte: &str) -> Result<Handle, String> {
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
/// Exit 3 when the unit is not among the findings, or a delivery, a link or a key is refused.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let (mut pack, empreinte) = regles::de_mission(&mission)?;
    let reperages = reperages(&args.findings, args.unit)?;
    if reperages.is_empty() {
        return Err(ErreurCommande::refus("E-EXPLIQUER-001", format!("{} : aucun repérage pour cette unité.", args.findings.display()))
            .avec_conseil("Copiez la poignée de la colonne « unit », en hexadécimal ; qui n'a pas de repérage n'a rien à expliquer."));
    }
    let program = Program::compile(&pack);
    let livraisons = livraisons::ouvrir(&mission, &pack, &program, &empreinte, Forme::Grossie, &Progression::automatique())?.livraisons;
    // Nothing is said of rights for which nothing was found.
    pack.rights.retain(|r| reperages.iter().any(|x| x.droit == r.id));
    let program = Program::compile(&pack);
    let connu = entourage::entourage(&pack, &program, livraisons, args.unit).map_err(|e| {
        ErreurCommande::refus("E-EXPLIQUER-004", format!("{e}."))
            .avec_conseil("L'organisme doit corriger cette colonne et sceller de nouveau.")
    })?;
    let Some(connu) = connu.filter(|c| !c.descriptions.is_empty()) else {
        return Err(ErreurCommande::refus("E-EXPLIQUER-002", "cette unité n'est dans aucune des livraisons présentes.")
            .avec_conseil("Les repérages viennent d'autres livraisons ou d'une autre liaison : refaites `recours detect`."));
    };
    let texte = texte(&pack, &program, &reperages, &connu);
    match &args.out {
        Some(fichier) => {
            ecrire_octets(fichier, texte.as_bytes(), Protection::Privee)?;
            println!("Dérivation : {}", fichier.display());
        }
        None => print!("{texte}"),
    }
    Ok(())
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
