//! `recours efface`: at a role or a body, the end of an epoch; and what shows it.

use std::path::{Path, PathBuf};

use crate::cles::{self, Detenteur};
use crate::effacement::{self, Nature, Piece, Preuve};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::Mission;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez un rôle ou un organisme : détruit ce qu'il tient d'une époque, et peut ensuite le montrer.\n\n\
Détruit, chacun selon ce qu'il tient : ses clés (sauf celle qui signe le journal), les livraisons, les échanges du mode B, les\n\
poignées (quelle ligne est qui), les repérages et ce qui en vient, les listes, les fiches ouvertes et leur suivi. Chaque fichier est\n\
écrasé puis retiré ; le journal a d'abord l'empreinte de chacun, puis, à la fin, leur nombre. Si la machine s'arrête entre\n\
les deux, cela se voit : relancez la même commande.\n\n\
Reste : le journal signé ; chez un organisme, ses traces par personne (qui permettent de répondre à une demande d'accès) et ses\n\
propres fichiers, registre et extrait, qui sont ceux de son métier ; chez l'hôte, le registre de ce qu'il a publié.\n\n\
--verifie ne détruit rien : il relit le journal et le disque, et dit ce qui est prouvé, et ce qui ne peut pas l'être.\n\n\
Exemples :\n\
  recours efface mission.toml --de hote            (dit ce qui serait détruit)\n\
  recours efface mission.toml --de hote --oui\n\
  recours efface mission.toml --de hote --verifie")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Rôle (`tiers_cles`, `liaison`, `hote`, `auditeur`) ou organisme
    #[arg(long, value_name = "NOM")]
    de: String,
    /// Confirme : rien de cela ne pourra être relu
    #[arg(long, conflicts_with = "verifie")]
    oui: bool,
    /// Ne détruit rien : montre que tout a été détruit
    #[arg(long)]
    verifie: bool,
}

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanEffacement {
    /// Keys.
    pub cles: Vec<PathBuf>,
    /// Other files.
    pub fichiers: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 without `--oui`; exit 1 when `--verifie` finds something left; exit 4 when a file cannot be destroyed.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let qui = Detenteur::de_nom(&args.de);
    if args.verifie {
        let preuve = verifier(&mission, &qui)?;
        print!("{}", en_clair(&mission, &qui, &preuve));
        return Ok(());
    }
    if !args.oui {
        let (cles, pieces) = a_detruire(&mission, &qui)?;
        let noms: Vec<String> = cles.iter().chain(pieces.iter().map(|p| &p.chemin)).map(|c| mission.relatif(c)).collect();
        if noms.is_empty() {
            println!("« {} » ne tient plus rien de l'époque {} ici.", qui.nom(), mission.epoque);
            return Ok(());
        }
        return Err(ErreurCommande::usage("E-EFFACE-001", format!("seraient détruits ({}) :\n  {}", noms.len(), noms.join("\n  ")))
            .avec_conseil("Rien de cela ne pourra être relu ni relié. Ajoutez --oui pour le faire."));
    }
    let bilan = effacer(&mission, &qui)?;
    println!("« {} », époque {} : {} clés et {} fichiers détruits.", qui.nom(), mission.epoque, bilan.cles.len(), bilan.fichiers.len());
    println!("Noté dans {}.", mission.relatif(&journal::chemin(&mission, &qui)?));
    println!("{}", RESTE);
    Ok(())
}

/// What no program can show.
const RESTE: &str = "Ce que ce programme ne peut pas atteindre : les sauvegardes, les copies faites hors de ces dossiers, et les blocs qu'un disque \
     SSD garde sous d'anciennes adresses (un disque chiffré dont on détruit la clé y répond). À vérifier à la main.";

/// Keys and files of the epoch that stand here.
fn a_detruire(mission: &Mission, qui: &Detenteur) -> Result<(Vec<PathBuf>, Vec<Piece>), ErreurCommande> {
    // A body that the mission has not is told at once.
    journal::chemin(mission, qui)?;
    let journal = journal::ouvrir(mission, qui)?;
    let cles = cles::secrets_a_detruire(mission, qui).unwrap_or_default();
    let mut pieces = effacement::inventaire(mission, qui, &journal)?;
    pieces.retain(|p| p.de_l_epoque && p.nature != Nature::Trace);
    Ok((cles, pieces))
}

/// Destroys what `qui` holds of the mission's epoch: keys first, for without them what is still to go is already unreadable.
///
/// # Errors
/// E-JOURNAL-014 without the key that signs the log; exit 4 when a file cannot be destroyed: run again, it goes on.
pub fn effacer(mission: &Mission, qui: &Detenteur) -> Result<BilanEffacement, ErreurCommande> {
    let (cles, pieces) = a_detruire(mission, qui)?;
    let journal = journal::ouvrir(mission, qui)?;
    let empreinte = cles::empreinte_de_mission(mission).unwrap_or_default();
    let fichiers: Vec<PathBuf> = pieces.into_iter().map(|p| p.chemin).collect();
    let annonce = || Acte::de_mission("effacement_commence", mission, &empreinte);
    if !cles.is_empty() {
        journal::inscrire(&journal, annonce().nombre("cles", cles.len() as u64))?;
        cles::detruire_cles(mission, qui)?;
    }
    let n = effacement::detruire(&journal, &mission.dossier, &fichiers, annonce)?;
    let acte = Acte::de_mission("effacement_fait", mission, &empreinte).nombre("cles", cles.len() as u64).nombre("fichiers", n as u64);
    journal::inscrire(&journal, acte)?;
    Ok(BilanEffacement { cles, fichiers })
}

/// Shows that nothing is left of the epoch at `qui`.
///
/// # Errors
/// E-EFFACE-002 with all that speaks against it.
pub fn verifier(mission: &Mission, qui: &Detenteur) -> Result<Preuve, ErreurCommande> {
    let (cles, pieces) = a_detruire(mission, qui)?;
    let journal = journal::ouvrir(mission, qui)?;
    let preuve = effacement::prouver(mission, &journal, &dossiers(mission, qui)?, "effacement_commence", "effacement_fait")?;
    let mut fautes = Vec::new();
    let reste: Vec<String> = cles.iter().chain(pieces.iter().map(|p| &p.chemin)).map(|c| mission.relatif(c)).collect();
    if preuve.interrompu {
        fautes.push("le journal annonce une destruction qui n'est pas dite finie : elle a été interrompue".to_owned());
    } else if preuve.fait_le.is_none() && preuve.elagues == 0 {
        fautes.push("le journal ne dit pas que cette époque a été détruite".to_owned());
    }
    if !reste.is_empty() {
        fautes.push(format!("encore là : {}", reste.join(", ")));
    }
    let copies: Vec<String> = preuve.copies.iter().map(|c| mission.relatif(c)).filter(|c| !reste.contains(c)).collect();
    if !copies.is_empty() {
        fautes.push(format!("copies de fichiers détruits : {}", copies.join(", ")));
    }
    if fautes.is_empty() {
        return Ok(preuve);
    }
    let message = format!("« {} », époque {} : {}.", qui.nom(), mission.epoque, fautes.join(" ; "));
    Err(ErreurCommande::fautes("E-EFFACE-002", message)
        .avec_conseil("Lancez « recours efface … --oui » : ce qui reste sera détruit ; effacez les copies à la main."))
}

/// Where this role's files stand: copies of what was destroyed are looked for there.
fn dossiers(mission: &Mission, qui: &Detenteur) -> Result<Vec<PathBuf>, ErreurCommande> {
    let sien = journal::chemin(mission, qui)?.parent().map(Path::to_path_buf).unwrap_or_default();
    let d = &mission.dossiers;
    Ok(vec![sien, d.livraisons.clone(), d.listes.clone(), d.liaison.clone(), mission.dossier.join("echanges")])
}

/// What is shown, and what is not.
fn en_clair(mission: &Mission, qui: &Detenteur, preuve: &Preuve) -> String {
    use std::fmt::Write;
    let mut t = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(t, "« {} », époque {} :", qui.nom(), mission.epoque);
    match &preuve.fait_le {
        Some(le) => {
            let _ = writeln!(
                t,
                "  le journal signé tient, et dit la destruction finie ({le}) : {} fichiers, chacun avec son empreinte ;",
                preuve.detruits.len()
            );
        }
        None => {
            let _ = writeln!(t, "  le journal signé tient et a l'acte, dont le contenu a été retiré depuis (durée des journaux) ;");
        }
    }
    let _ = writeln!(t, "  aucune clé, aucun fichier de l'époque n'est là ;");
    let _ = writeln!(t, "  aucun fichier de ces dossiers n'a le contenu d'un de ceux qui ont été détruits.");
    let _ = writeln!(t, "{RESTE}");
    t
}
