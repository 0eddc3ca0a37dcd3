//! `recours fmt`: one layout for rule files, so that a change of the law is a change of a line.

use std::path::{Path, PathBuf};

use recours_rules::format;
use recours_tables::Protection;

use crate::erreur::ErreurCommande;
use crate::regles::lire_texte;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Met en forme des fichiers de règles : ordre des clés, retraits, guillemets, expressions coupées au même \
                  endroit partout. Le sens et les commentaires restent ; un fichier qui ne pourrait pas être relu à \
                  l'identique est refusé et laissé tel quel.",
    after_help = "Un dossier est parcouru en entier, variantes comprises."
)]
pub struct Args {
    /// Fichiers de règles, ou dossiers qui en contiennent.
    #[arg(value_name = "FICHIER", required_unless_present = "schema")]
    pub chemins: Vec<PathBuf>,

    /// N'écrit rien : nomme les fichiers qui changeraient, et donne alors le code de sortie 1.
    #[arg(long)]
    pub verifier: bool,

    /// Prints the schema of rule files instead (`rules/schema.json`).
    #[arg(long, hide = true, conflicts_with_all = ["chemins", "verifier"])]
    pub schema: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for files with faults, and with `--verifier` for files that would change; 3 when one cannot be read; 4
/// when the disk fails.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    if args.schema {
        print!("{}", recours_rules::schema::json());
        return Ok(());
    }
    let mut fichiers = Vec::new();
    for chemin in &args.chemins {
        parcourir(chemin, &mut fichiers)?;
    }
    fichiers.sort();
    fichiers.dedup();
    if fichiers.is_empty() {
        return Err(ErreurCommande::refus("E-REGLES-002", "aucun fichier de règles (*.yaml) à mettre en forme.")
            .avec_conseil("Donnez des fichiers, ou le dossier d'un jeu de règles, par exemple rules/fr."));
    }
    let (mut changes, mut fautes) = (Vec::new(), Vec::new());
    for fichier in &fichiers {
        let source = lire_texte(fichier)?;
        match format::format(&source.name, &source.text) {
            Ok(texte) if texte == source.text => {}
            Ok(texte) => changes.push((fichier, texte)),
            Err(d) => fautes.push(d.render(&source.text)),
        }
    }
    if !args.verifier {
        for (fichier, texte) in &changes {
            recours_tables::ecrire_octets(fichier, texte.as_bytes(), Protection::Ordinaire)?;
        }
    }
    let nombre = changes.len();
    let inchanges = fichiers.len() - nombre - fautes.len();
    if !fautes.is_empty() {
        let message = format!("{} fichier(s) laissé(s) tels quels.\n{}", fautes.len(), fautes.join("\n"));
        return Err(ErreurCommande::fautes("E-REGLES-001", message));
    }
    if args.verifier && nombre > 0 {
        let noms: Vec<String> = changes.iter().map(|(f, _)| format!("  {}", f.display())).collect();
        return Err(ErreurCommande::fautes("E-REGLES-006", format!("{nombre} fichier(s) à mettre en forme :\n{}", noms.join("\n")))
            .avec_conseil("Lancez `recours fmt` sans --verifier."));
    }
    println!("{nombre} fichier(s) mis en forme, {inchanges} déjà en forme.");
    Ok(())
}

/// Rule files named or below a folder.
fn parcourir(chemin: &Path, sortie: &mut Vec<PathBuf>) -> Result<(), ErreurCommande> {
    if !chemin.is_dir() {
        sortie.push(chemin.to_path_buf());
        return Ok(());
    }
    let illisible = |e: &std::io::Error| {
        ErreurCommande::refus("E-REGLES-003", format!("{} : dossier de règles illisible ({}).", chemin.display(), e.kind()))
            .avec_conseil("Vérifiez le chemin du jeu de règles et vos droits de lecture.")
    };
    for entree in std::fs::read_dir(chemin).map_err(|e| illisible(&e))? {
        let dessous = entree.map_err(|e| illisible(&e))?.path();
        if dessous.is_dir() || dessous.extension().is_some_and(|x| x == "yaml" || x == "yml") {
            parcourir(&dessous, sortie)?;
        }
    }
    Ok(())
}
