//! `recours publie`: the rule pack as one page for the public.

use std::path::PathBuf;

use recours_rules::date::{self, Days};
use recours_tables::Protection;

use super::evaluate::jour;
use crate::erreur::ErreurCommande;
use crate::publication::{self, Origine};
use crate::regles::{Jeu, avec_le_texte, lire_texte};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Écrit le jeu de règles en une page, pour le public : chaque droit et chaque rupture, ses conditions en français avec \
                  leurs articles, ses formules lues mot à mot, les montants de la loi avec leurs dates, les démarches, les cas d'école, ce \
                  que la règle ne regarde pas, et ce que personne n'a encore vérifié.\n\n\
                  Un seul fichier, qui ne va rien chercher ; il se lit et se cherche dans tout navigateur, avec ou sans scripts. C'est la \
                  publication que demandent les articles L311-3-1 et L312-1-3 du code des relations entre le public et \
                  l'administration.",
    after_help = "Exemple :\n  recours publie rules/fr --out regles.html\n  recours publie rules/fr --out regles.html --le 2026-10-01 \
                  --variante rules/fr/variantes/territoire_exemple.yaml\n\nLe même jeu, le même jour et la même variante donnent le même \
                  fichier, octet pour octet."
)]
pub struct Args {
    /// Dossier du jeu de règles.
    #[arg(value_name = "DOSSIER")]
    pub rules: PathBuf,

    /// Page à écrire (HTML).
    #[arg(long, value_name = "FICHIER")]
    pub out: PathBuf,

    /// Jour dont les règles et les montants sont dits en vigueur (AAAA-MM-JJ) ; par défaut, aujourd'hui.
    #[arg(long, value_name = "DATE", value_parser = jour)]
    pub le: Option<Days>,

    /// Variante du territoire, publiée avec le jeu : ce qu'elle remplace est signalé.
    #[arg(long, value_name = "FICHIER")]
    pub variante: Option<PathBuf>,

    /// Où demander une explication ou contester : adresse de qui publie ; à défaut, un blanc à compléter.
    #[arg(long, value_name = "TEXTE")]
    pub contact: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 for faults in the rules; 3 when the folder cannot be read; 4 when the disk fails.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let jeu = Jeu::lire(&args.rules)?;
    let variante = args.variante.as_ref().map(lire_texte).transpose()?;
    let le = args.le.unwrap_or_else(aujourd_hui);
    let pack = jeu.construire_avec(variante.as_ref(), le)?;
    let empreinte = jeu.empreinte();
    let avec_variante = variante.as_ref().map(|v| avec_le_texte(&empreinte, v));
    let origine = Origine { empreinte, avec_variante, contact: args.contact };
    let racine = jeu.dossier.display().to_string().replace('\\', "/");
    let page = publication::page(&pack, &jeu.fichiers, variante.as_ref(), racine.trim_end_matches('/'), &origine)?;
    recours_tables::ecrire_octets(&args.out, page.as_bytes(), Protection::Ordinaire)?;
    let regles = pack.all_rights().count();
    println!("{} : {regles} règles au {}, {} ko.", args.out.display(), date::format(le), page.len().div_ceil(1000));
    Ok(())
}

fn aujourd_hui() -> Days {
    let d = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    date::days(i64::from(d.year()), i64::from(d.month()), i64::from(d.day()))
}
