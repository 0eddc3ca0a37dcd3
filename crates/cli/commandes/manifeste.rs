//! `recours manifeste`: show, sign, verify and compare what the bodies of a mission agree on.

use std::path::PathBuf;

use clap::Subcommand;

use crate::erreur::ErreurCommande;
use crate::manifeste::{self, Difference, Etat, Manifeste};
use crate::mission::Mission;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Le manifeste est le texte de tout ce dont les organismes d'une mission conviennent : but, base légale, dates, qui\n\
donne quelles données à qui et au titre de quel article, colonnes et grain, droits, destinataires, capacités, durées.\n\n\
Chaque organisme le lit, le signe avec la clé de son journal, et remet sa signature à tous. Avec des données réelles, et dès\n\
qu'un organisme a signé, rien ne se scelle, ne se relie, ne se détecte ni ne se liste sans la signature de tous, sous ce\n\
texte exact.\n\n\
Exemple : recours manifeste montre mission.toml\n\
          recours manifeste signe mission.toml --body caf --phrase phrase.txt\n\
          recours manifeste verifie mission.toml\n\
          recours manifeste compare cles/manifeste/caf.txt mission.toml"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// The four things to do with a manifest.
#[derive(Debug, Subcommand)]
enum Action {
    /// Montre le texte que les organismes signent, et son empreinte
    Montre {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
    },
    /// Signe ce texte pour un organisme : cles/manifeste/ORGANISME.txt, noté d'abord à son journal
    Signe {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
        /// Organisme qui signe
        #[arg(long, value_name = "ORGANISME")]
        body: String,
    },
    /// Dit qui a signé ce texte, qui ne l'a pas signé, et ce qui diffère ; sort en 1 s'il manque une signature
    Verifie {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
    },
    /// Dit en mots ce qui change d'un manifeste à l'autre
    Compare {
        /// Fichier de mission, ou texte signé, d'avant
        #[arg(value_name = "AVANT")]
        avant: PathBuf,
        /// Fichier de mission, ou texte signé, d'après
        #[arg(value_name = "APRES")]
        apres: PathBuf,
    },
}

/// Runs the command.
///
/// # Errors
/// Exit 1 when a signature is missing or false; exit 3 for a mission, rules, a key or a text that is refused.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    match args.action {
        Action::Montre { mission } => montrer(&Manifeste::de_mission(&Mission::lire(mission)?)?),
        Action::Signe { mission, body } => return signer(&Mission::lire(mission)?, &body),
        Action::Verifie { mission } => return verifier(&Mission::lire(mission)?),
        Action::Compare { avant, apres } => {
            dire(&Manifeste::de_fichier(&avant)?.differences(&Manifeste::de_fichier(&apres)?), "Aucune différence.");
        }
    }
    Ok(())
}

fn montrer(manifeste: &Manifeste) {
    print!("{}", manifeste.texte());
    println!("\nEmpreinte de ce texte : {}", manifeste.empreinte());
}

fn signer(mission: &Mission, body: &str) -> Result<(), ErreurCommande> {
    let manifeste = Manifeste::de_mission(mission)?;
    let (fichier, changements) = manifeste::signer(mission, &manifeste, body)?;
    println!("Signé par « {body} » : {}", fichier.display());
    println!("Empreinte de ce texte : {}", manifeste.empreinte());
    if let Some(changements) = changements {
        println!("Par rapport à ce qu'il avait signé :");
        dire(&changements, "Rien n'a changé.");
    }
    println!("Remettez ce fichier à tous, avec le dossier « cles ».");
    Ok(())
}

fn verifier(mission: &Mission) -> Result<(), ErreurCommande> {
    let manifeste = Manifeste::de_mission(mission)?;
    println!("Mission « {} », manifeste {}", mission.nom, manifeste.empreinte());
    let etats = manifeste::etats(mission, &manifeste)?;
    for (o, etat) in &etats {
        match etat {
            Etat::Signe => println!("  {:16} a signé ce texte", o.id),
            Etat::Absent => println!("  {:16} n'a pas signé", o.id),
            Etat::Faux => println!("  {:16} signature fausse : d'une autre clé, ou le texte a changé depuis", o.id),
            Etat::Autre(differences) => {
                println!("  {:16} a signé un autre texte ; depuis :", o.id);
                differences.iter().for_each(|d| println!("      - {}", d.en_mots()));
            }
        }
    }
    let manquent: Vec<&str> = etats.iter().filter(|(_, e)| *e != Etat::Signe).map(|(o, _)| o.id.as_str()).collect();
    if manquent.is_empty() {
        return Ok(());
    }
    let message = format!("{} : il manque la signature de {} sur ce texte.", mission.fichier.display(), manquent.join(", "));
    Err(ErreurCommande::fautes("E-MANIFESTE-013", message)
        .avec_conseil("Chacun signe chez lui par « recours manifeste signe », et remet son fichier à tous."))
}

fn dire(differences: &[Difference], sinon: &str) {
    if differences.is_empty() {
        println!("{sinon}");
    }
    differences.iter().for_each(|d| println!("- {}", d.en_mots()));
}
