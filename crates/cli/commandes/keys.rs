//! `recours keys`: make, show, destroy the keys of a mission.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use crate::chemins;
use crate::cles::{self, Detenteur, Identifiants};
use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Mode};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// The three things to do with keys.
#[derive(Debug, Subcommand)]
enum Action {
    /// Crée les clés d'un rôle ou d'un organisme ; sans option, toutes (données inventées seulement)
    New {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
        #[command(flatten)]
        qui: Qui,
    },
    /// Montre les identifiants et les clés publiques, et quels secrets sont ici ; jamais un secret
    Show {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
    },
    /// Chiffre sous une phrase (--phrase) les clés d'un rôle ou d'un organisme qui sont déjà là
    Protect {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
        #[command(flatten)]
        qui: Qui,
    },
    /// Écrase et efface les clés d'un rôle ou d'un organisme ; le note dans son journal
    Destroy {
        /// Fichier de mission
        #[arg(value_name = "MISSION")]
        mission: PathBuf,
        #[command(flatten)]
        qui: Qui,
        /// Confirme : ce qui a été chiffré pour ces clés ne pourra plus jamais être ouvert
        #[arg(long)]
        oui: bool,
    },
}

/// Whose keys.
#[derive(Debug, clap::Args)]
struct Qui {
    /// Rôle
    #[arg(long, value_enum, value_name = "ROLE", conflicts_with = "body")]
    role: Option<RoleCle>,
    /// Organisme de la mission
    #[arg(long, value_name = "ORGANISME")]
    body: Option<String>,
}

/// Roles on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum RoleCle {
    /// Tiers de clés
    TiersCles,
    /// Unité de liaison
    Liaison,
    /// Hôte du moteur
    Hote,
    /// Auditeur
    Auditeur,
}

impl Qui {
    fn detenteur(&self) -> Option<Detenteur> {
        match (self.role, &self.body) {
            (Some(RoleCle::TiersCles), _) => Some(Detenteur::TiersCles),
            (Some(RoleCle::Liaison), _) => Some(Detenteur::Liaison),
            (Some(RoleCle::Hote), _) => Some(Detenteur::Hote),
            (Some(RoleCle::Auditeur), _) => Some(Detenteur::Auditeur),
            (None, Some(body)) => Some(Detenteur::Organisme(body.clone())),
            (None, None) => None,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    match args.action {
        Action::New { mission, qui } => creer(&Mission::lire(mission)?, qui.detenteur()),
        Action::Show { mission } => montrer(&Mission::lire(mission)?),
        Action::Protect { mission, qui } => proteger(&Mission::lire(mission)?, qui.detenteur()),
        Action::Destroy { mission, qui, oui } => detruire(&Mission::lire(mission)?, qui.detenteur(), oui),
    }
}

fn creer(mission: &Mission, detenteur: Option<Detenteur>) -> Result<(), ErreurCommande> {
    let bilan = match &detenteur {
        None => cles::creer_cles(mission)?,
        Some(qui) => cles::creer_cles_de(mission, qui)?,
    };
    println!("Clés de la mission « {} », époque {} (empreinte {}) :", mission.nom, mission.epoque, bilan.mission);
    for (qui, secret) in &bilan.secrets {
        println!("  {qui:16} {}", mission.relatif(secret));
    }
    for manquante in &bilan.a_recevoir {
        println!("  à recevoir du tiers de clés, droits 600 : {}", mission.relatif(manquante));
    }
    if matches!(detenteur, Some(Detenteur::TiersCles)) && mission.mode == Mode::A {
        println!("Remettez cette clé à chaque organisme, de la main à la main, sous le nom niveau1.cle.");
    }
    println!("Clés publiques et identifiants : {}", mission.relatif(&chemins::cles(mission)));
    Ok(())
}

fn proteger(mission: &Mission, detenteur: Option<Detenteur>) -> Result<(), ErreurCommande> {
    let qui = detenteur.ok_or_else(|| {
        ErreurCommande::usage("E-CLES-012", "Dites de qui : --role ou --body.").avec_conseil("Chaque rôle a sa phrase, et la garde.")
    })?;
    for chemin in cles::proteger_cles(mission, &qui)? {
        println!("chiffrée sous la phrase : {}", mission.relatif(&chemin));
    }
    Ok(())
}

fn montrer(mission: &Mission) -> Result<(), ErreurCommande> {
    let empreinte = cles::empreinte_de_mission(mission)?;
    let ids = Identifiants::de_mission(mission, &empreinte)?;
    println!("Mission « {} », époque {}", mission.nom, mission.epoque);
    println!("  empreinte      {empreinte}");
    if mission.mode == Mode::A {
        println!("  clé niveau 1   {}", ids.niveau1.as_deref().unwrap_or("pas encore créée"));
        println!("  clé niveau 2   {}", ids.niveau2.as_deref().unwrap_or("pas encore créée"));
    }
    if mission.mode == Mode::B {
        println!("  clé d'évaluation {}", ids.oprf.as_deref().unwrap_or("pas encore créée"));
        for (passe, cle) in &ids.evaluation {
            println!("    {passe}  {cle}");
        }
    }
    println!("Clés publiques et secrets :");
    let mut detenteurs = vec![Detenteur::TiersCles];
    detenteurs.extend(Detenteur::ROLES);
    detenteurs.extend(mission.organismes.iter().map(|o| Detenteur::Organisme(o.id.clone())));
    for detenteur in detenteurs {
        let publique = ids.destinataires.get(detenteur.nom()).map_or("-", String::as_str);
        let secrets: Vec<String> = [detenteur.identite(mission)?, detenteur.cle_de_jetons(mission)?]
            .into_iter()
            .flatten()
            .filter(|c| c.exists())
            .map(|c| mission.relatif(&c))
            .collect();
        if publique == "-" && secrets.is_empty() {
            continue;
        }
        let ici = if secrets.is_empty() { "aucun secret ici".to_owned() } else { format!("ici : {}", secrets.join(", ")) };
        println!("  {:16} {publique}  ({ici})", detenteur.nom());
    }
    Ok(())
}

fn detruire(mission: &Mission, detenteur: Option<Detenteur>, oui: bool) -> Result<(), ErreurCommande> {
    let detenteur = detenteur.ok_or_else(|| {
        ErreurCommande::usage("E-USAGE-003", "il faut dire de qui détruire les clés.").avec_conseil("Donnez --role ou --body.")
    })?;
    let secrets = cles::secrets_a_detruire(mission, &detenteur)?;
    let noms: Vec<String> = secrets.iter().map(|c| mission.relatif(c)).collect();
    if !oui {
        return Err(ErreurCommande::usage("E-USAGE-004", format!("seraient détruites : {}.", noms.join(", ")))
            .avec_conseil("Ce qui a été chiffré pour elles ne pourra plus jamais être ouvert ni relié. Ajoutez --oui pour le faire."));
    }
    cles::detruire_cles(mission, &detenteur)?;
    for nom in &noms {
        println!("Détruite : {nom}");
    }
    println!("Noté dans {}.", mission.relatif(&crate::journal::chemin(mission, &detenteur)?));
    println!("Les copies (sauvegardes, disques SSD) ne sont pas atteintes : détruisez-les aussi.");
    Ok(())
}
