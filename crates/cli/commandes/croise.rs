//! `recours croise`: several bodies' nameless tables under handles, joined by person and foyer, and the rules over them.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::croisement::{Demande, croiser};
use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use crate::ressources::Ressources;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exemple\n  recours croise croisement.toml --out trouves.parquet --memory 2GiB\n\n\
Le fichier croisement.toml dit d'où vient chaque fait ; les chemins y partent de son dossier :\n\
\n  regles = \"regles\"              # dossier du jeu de règles\n  \
le = 2026-03-01\n  \
tranches = [50, 150, 400]      # facultatif : colonne « tranche », de 1 (sous la première) à 4\n  \
calculs = [\"motifs\"]           # facultatif : nombres du foyer, une colonne chacun\n\
\n  [[table]]\n  nom = \"caf\"\n  fichier = \"caf.parquet\"\n  personne = \"ptok\"            # clé de la personne, 16 octets\n  \
foyer = \"htok\"               # clé du foyer : une seule table, la composition\n  \
[table.faits]\n  \
role = { colonne = \"role\", codes = { 1 = \"demandeur\", 2 = \"conjoint\", 3 = \"enfant\" } }\n  \
salaire = { colonne = \"wages\", unite = \"centime\" }            # vide : inconnu\n  \
pension = { colonne = \"pension\", unite = \"centime\", nul = 0 }  # vide : zéro, parce que c'est dit\n  \
salaire_inconnu = { colonne = \"wages\", est = \"nul\" }\n  \
connu_caf = { est = \"ligne\" }                                # la table a une ligne pour la personne\n\n\
Un fait que nulle table ne nomme est inconnu de tous. Une ligne du résultat par foyer et par droit qui n'est ni exclu ni reçu : unit, \
right, certainty (certain, probable, possible), et les colonnes demandées ; rien de ceux qui n'ont pas de ligne. Le résultat est trié \
et ne dépend ni des fils, ni des partitions, ni de la mémoire.")]
pub struct Args {
    /// Description du croisement (croisement.toml).
    #[arg(value_name = "CROISEMENT")]
    pub croisement: PathBuf,

    /// Fichier du résultat (.parquet, ou .arrow, .ipc).
    #[arg(long, value_name = "FICHIER")]
    pub out: PathBuf,

    /// Dossier où mettre de côté ce que --memory ne laisse pas tenir, dans un fichier sans nom ; par défaut, celui de --out.
    #[arg(long, value_name = "DOSSIER", requires = "memory")]
    pub deversoir: Option<PathBuf>,

    /// Nombre de partitions, porté à la puissance de deux suivante ; par défaut, selon le nombre de personnes. Le résultat n'en dépend pas.
    #[arg(long, value_name = "N")]
    pub parties: Option<NonZeroUsize>,

    /// Dit où va le temps, par étape et par fil.
    #[arg(long)]
    pub timings: bool,

    /// Threads and memory.
    #[command(flatten)]
    pub ressources: Ressources,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for faults in the rules; 2 for a wrong output; 3 for a refused description or table (nothing is written); 4 when the
/// disk fails.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    let demande = Demande {
        description: &args.croisement,
        out: &args.out,
        memoire: args.ressources.memory,
        deversoir: args.deversoir.as_deref(),
        parties: args.parties,
        temps: args.timings,
    };
    let dit = croiser(&demande, &Progression::automatique())?;
    print!("{dit}");
    Ok(())
}
