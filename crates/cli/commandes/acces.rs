//! `recours acces`: at a body, the answer to a person who asks what was done with their data.
//!
//! From this body's own traces alone, held against its signed log. Nothing of anybody else is read into the answer: not even
//! the people of the same household, nor what another body sent.

mod demande;
mod lettre;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use recours_engine::outreach::NumeroDeLigne;
use recours_tables::{Protection, ecrire_ensemble, lire_table, preparer_octets};

use crate::cles::{self, Detenteur};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::{Mission, Organisme};
use crate::opposition::{self, Refus};
use crate::traces::registre::{self, Registre};
use crate::{chemins, modeles};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'organisme : répond à une personne qui demande ce qui a été fait de ses données.\n\n\
La réponse vient du seul registre des traces de l'organisme (le dossier « traces », que « recours seal » et « recours open »\n\
tiennent) : quelles sortes de données sont parties, vers qui, quand, pourquoi, sous quel texte et quelle convention ; quelles listes\n\
ont nommé la personne et pour quel droit ; jusqu'à quand tout cela est gardé ; si elle s'est opposée. Rien n'y est de quelqu'un\n\
d'autre, pas même de son foyer, ni de ce que d'autres organismes ont envoyé : chacun répond pour soi.\n\n\
Qui : jamais sur la ligne de commande. Ou bien --demande, un petit fichier que vous effacez ensuite :\n\
  numero = \"…\"            # numéro national, s'il est connu\n\
  nom_naissance = \"…\"     # ou ces trois-là, ou les quatre\n\
  prenoms = \"…\"\n\
  date_naissance = \"1985-06-12\"\n\
ou bien --row, le numéro de ligne de votre extrait (32 chiffres hexadécimaux), s'il faut choisir vous-même.\n\n\
L'identité de qui demande se vérifie avant, par vos propres moyens : cette commande ne le fait pas. Écrit reponse.md et\n\
reponse.html, lisibles par vous seul ; ce qui manque y est un blanc visible, à compléter avant l'envoi. Le journal note qu'une\n\
réponse a été faite, jamais à qui.\n\n\
Exemple : recours acces mission.toml --body caf --demande demande.toml --out reponse")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme qui répond
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de la demande : numéro, ou noms et date de naissance
    #[arg(long, value_name = "FICHIER", conflicts_with = "row", required_unless_present = "row")]
    demande: Option<PathBuf>,
    /// Numéro de ligne de l'extrait de l'organisme (peut se répéter)
    #[arg(long, value_name = "NUMERO")]
    row: Vec<String>,
    /// Registre de l'organisme, qui dit les oppositions ; par défaut, registre.parquet ou registre.csv dans son dossier
    #[arg(long, value_name = "FICHIER")]
    register: Option<PathBuf>,
    /// Dossier de la réponse
    #[arg(long, value_name = "DOSSIER")]
    out: PathBuf,
}

/// Who asks.
pub enum Qui<'a> {
    /// By a file of their identity.
    Demande(&'a Path),
    /// By row ids of the body's extract.
    Lignes(&'a [String]),
}

/// What was answered. Nothing of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanAcces {
    /// Acts that moved the person's data.
    pub actes: usize,
    /// Events that the log announces and that are not here.
    pub absents: usize,
    /// Events whose digest the log no longer has.
    pub non_atteste: usize,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the request, the traces or the register are refused; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let qui = args.demande.as_deref().map_or(Qui::Lignes(&args.row), Qui::Demande);
    let bilan = repondre(&mission, &args.body, &qui, args.register.as_deref(), &args.out)?;
    println!("Réponse prête, d'après {} actes de cet organisme.", bilan.actes);
    bilan.fichiers.iter().for_each(|f| println!("→ {}", f.display()));
    println!("Complétez les blancs, joignez les valeurs de votre propre fichier si elles sont demandées, puis effacez la demande.");
    if bilan.absents > 0 {
        println!(
            "Attention : le journal annonce {} traces qui ne sont pas ici. Une panne les a empêchées de paraître (l'acte non plus n'a alors \
             rien laissé), ou quelqu'un les a retirées à la main : à éclaircir avant de répondre.",
            bilan.absents
        );
    }
    if bilan.non_atteste > 0 {
        println!("{} traces sont plus anciennes que les contenus gardés du journal : il ne les atteste plus.", bilan.non_atteste);
    }
    Ok(())
}

/// Writes the answer of `body` under `sortie`, both files or none.
///
/// # Errors
/// E-ACCES-001 for a request that cannot be read, -002 when nobody answers to it, -003 when several people do, -004 for what is no
/// row id; E-TRACE for traces that the log does not vouch for.
pub fn repondre(
    mission: &Mission,
    body: &str,
    qui: &Qui<'_>,
    registre: Option<&Path>,
    sortie: &Path,
) -> Result<BilanAcces, ErreurCommande> {
    let organisme = mission.organisme(body)?;
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let lu = Registre::lire(&chemins::traces(organisme), &journal)?;
    let siennes = match qui {
        Qui::Demande(fichier) => lu.chercher(&demande::lire(fichier)?.empreintes(&registre::chercheur(&journal)))?,
        Qui::Lignes(numeros) => numeros.iter().map(|n| demande::numero_de_ligne(n)).collect::<Result<_, _>>()?,
    };
    let trouves = lu.de(&siennes)?;
    let dite = refus(organisme, registre, &siennes)?;
    let lettre = lettre::composer(mission, organisme, &trouves, dite);
    let prets = ["reponse.md", "reponse.html"]
        .into_iter()
        .zip(["acces.md", "acces.html"])
        .map(|(nom, modele)| Ok(preparer_octets(sortie.join(nom), modeles::rendre(modele, &lettre)?.as_bytes(), Protection::Privee)?))
        .collect::<Result<Vec<_>, ErreurCommande>>()?;
    let fichiers = prets.iter().map(|p| p.destination().to_path_buf()).collect();
    // Not the digest of the letter: of few possible letters, it would tell which.
    let empreinte = cles::empreinte_de_mission(mission).unwrap_or_default();
    journal::inscrire(&journal, Acte::de_mission("acces", mission, &empreinte))?;
    ecrire_ensemble(prets)?;
    Ok(BilanAcces { actes: trouves.len(), absents: lu.absents, non_atteste: lu.non_atteste, fichiers })
}

/// What the register says that the person said no to. `None`: no register here. Of several rows, the objections of all.
fn refus(
    organisme: &Organisme,
    registre: Option<&Path>,
    siennes: &BTreeSet<NumeroDeLigne>,
) -> Result<Option<lettre::Dite>, ErreurCommande> {
    let fichier = registre.map_or_else(|| chemins::registre(organisme), |r| Ok(r.to_path_buf()))?;
    if !fichier.exists() {
        return Ok(None);
    }
    let table = lire_table(&fichier)?;
    let mut colonnes = opposition::colonnes(&table);
    colonnes.push("row_id");
    let mut dite = lettre::Dite::default();
    for lot in table.projeter(&colonnes)?.lots()? {
        let lot = lot?;
        let ids = lot.colonne("row_id")?;
        let ids = ids.obligatoire(ids.octets16()?)?;
        let refus = Refus::lire(&lot)?;
        for (i, _) in ids.iter().enumerate().filter(|(_, id)| siennes.contains(*id)) {
            dite.connue = true;
            dite.oppositions.extend(refus.opposition_dite(i));
            dite.renonciations.extend(refus.renonciations_dites(i).map(|(droit, fin)| (droit.to_owned(), fin)));
        }
    }
    Ok(Some(dite))
}
