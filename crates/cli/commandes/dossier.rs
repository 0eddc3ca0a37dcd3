//! `recours dossier`: the papers that let bodies sign.

use std::path::PathBuf;

use crate::dossier::{self, Bilan, Options};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Écrit ce que les organismes lisent et signent avant qu'une donnée ne parte : la liste des données par organisme, \
la convention à compléter, les annexes de l'analyse d'impact, la fiche du registre, l'information des personnes, les éléments de \
l'homologation de sécurité. Tout vient de la mission et du jeu de règles : ni clé, ni extrait n'est lu.\n\n\
Chaque phrase porte sa source ; ce que personne n'a encore dit est un blanc, listé au sommaire. Refaite dans le même dossier après un \
changement, la commande écrit aussi ce qui a changé (difference.html).\n\n\
Exemple : recours dossier mission.toml --out dossier, puis ouvrir dossier/index.html")]
pub struct Args {
    /// La mission (mission.toml).
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Dossier de sortie
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Le dossier.json auquel comparer ; à défaut, celui du dossier de sortie
    #[arg(long, value_name = "FICHIER")]
    pub avant: Option<PathBuf>,
    /// Jeu de règles à prendre au lieu de celui que la mission nomme
    #[arg(long, value_name = "DOSSIER")]
    pub rules: Option<PathBuf>,
    /// Imprime aussi chaque papier en PDF balisé, par un Chromium de cette machine (PATH, ou RECOURS_NAVIGATEUR)
    #[arg(long)]
    pub pdf: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for faults in the rules, 3 for faults in the mission or in a former dossier, 4 without a browser for `--pdf`.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mut mission = Mission::lire(&args.mission)?;
    if let Some(regles) = args.rules {
        mission.remplacer_regles(regles);
    }
    let bilan = dossier::faire(&mission, &args.out, Options { avant: args.avant.as_deref(), pdf: args.pdf })?;
    print!("{}", dit(&bilan));
    Ok(())
}

/// What was made, and what to open.
fn dit(b: &Bilan) -> String {
    let s = |n: usize| if n > 1 { "s" } else { "" };
    let mut texte = format!("{} papiers, en Markdown et en HTML", b.papiers);
    if b.pdf > 0 {
        texte += &format!(", {} PDF", b.pdf);
    }
    texte += &format!(
        ".\nÀ compléter : {} blanc{}. À vérifier par le DPO : {} texte{}.\n",
        b.manques,
        s(b.manques),
        b.a_verifier,
        s(b.a_verifier)
    );
    match b.changements {
        None => {}
        Some(0) => texte += "Aucune différence avec le dossier précédent.\n",
        Some(n) => texte += &format!("{n} différence{} avec le dossier précédent : difference.html.\n", s(n)),
    }
    texte + &format!("Ouvrez {}.\n", b.index.display())
}
