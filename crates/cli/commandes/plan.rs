//! `recours plan`: the minimal columns that each body must bring, and which rule needs each.

pub mod affichage;
pub mod apports;
#[cfg(feature = "complet")]
pub mod gains;
pub mod grain;
mod par_regle;
pub mod titre;

use std::path::PathBuf;

use recours_engine::plan::Program;

use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::regles;
use apports::Plan;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Chaque colonne est dite avec sa classe de données, l'article de cette classe et la ligne de convention en cours \
                        (ou « aucune ligne en cours »), au grain le plus gros qui laisse les repérages tels quels.\n\n\
                        Exemples :\n  recours plan mission.toml\n  recours plan mission.toml --par regle\n  \
                        recours plan mission.toml --gains --persons 1000 --seed 1\n\n\
                        --gains compte, sur des personnes inventées, ce qu'une colonne de plus permettrait de repérer et ce qu'une \
                        de moins ferait perdre, règle par règle. Aucun extrait n'est lu.")]
pub struct Args {
    /// La mission (mission.toml).
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,

    /// Jeu de règles à prendre au lieu de celui que la mission nomme.
    #[arg(long, value_name = "DOSSIER")]
    pub rules: Option<PathBuf>,

    /// Présenter par organisme, ou par règle.
    #[arg(long, value_name = "VUE", default_value = "organisme")]
    pub par: Vue,

    /// Compter, sur des personnes inventées, ce que donnerait une colonne de plus et ce qu'ôterait une de moins.
    #[cfg(feature = "complet")]
    #[arg(long)]
    pub gains: bool,

    /// Nombre de personnes inventées pour --gains.
    #[cfg(feature = "complet")]
    #[arg(long, value_name = "N", default_value_t = 1_000, requires = "gains", value_parser = clap::value_parser!(u32).range(BORNES))]
    pub persons: u32,

    /// Graine de l'invention : la même donne les mêmes comptes.
    #[cfg(feature = "complet")]
    #[arg(long, value_name = "S", default_value_t = 1, requires = "gains")]
    pub seed: u64,

    /// Forme de la réponse.
    #[arg(long, value_name = "FORME", default_value = "texte")]
    pub format: Forme,
}

/// How many people `--gains` may invent: each scenario detects them all again.
#[cfg(feature = "complet")]
const BORNES: std::ops::RangeInclusive<i64> = 100..=100_000;

/// How the plan is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Vue {
    /// What each body brings.
    Organisme,
    /// What each rule needs, and from whom.
    Regle,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Forme {
    /// A table in the terminal.
    Texte,
    /// JSON.
    Json,
}

/// Runs the command. It reads the mission and the rules, and no extract.
///
/// # Errors
/// Exit 1 for faults in the rules, 3 for faults in the mission.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mut mission = Mission::lire(&args.mission)?;
    if let Some(dossier) = args.rules {
        mission.remplacer_regles(dossier);
    }
    let (pack, _) = regles::de_mission(&mission)?;
    mission.verifier_vocabulaire(&regles::vocabulaire(&pack, true))?;
    let program = Program::compile(&pack);
    let plan = Plan::faire(&mission, &pack, &program);
    #[cfg(feature = "complet")]
    let gains = args
        .gains
        .then(|| gains::compter(&mission, &pack, &program, &plan, args.persons, args.seed, &crate::progression::Progression::automatique()))
        .transpose()?;
    match args.format {
        Forme::Texte => {
            match args.par {
                Vue::Organisme => print!("{}", affichage::texte(&mission, &pack, &plan)),
                Vue::Regle => print!("{}", par_regle::texte(&mission, &pack, &plan)),
            }
            #[cfg(feature = "complet")]
            if let Some(g) = &gains {
                print!("{}", gains::affichage::texte(&mission, &pack, g));
            }
        }
        Forme::Json => {
            #[allow(unused_mut, reason = "changed where people can be invented")]
            let mut objet = affichage::objet(&mission, &pack, &plan);
            #[cfg(feature = "complet")]
            if let (Some(g), Some(o)) = (&gains, objet.as_object_mut()) {
                o.insert("gains".into(), gains::affichage::objet(&mission, &pack, g));
            }
            println!("{objet:#}");
        }
    }
    Ok(())
}
