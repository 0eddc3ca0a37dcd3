//! `recours open`: at home, a body's list with its own names, pieces, channels and words.

mod canal;
mod fiche;
mod liste;
mod mots;
mod pieces;
mod registre;
mod tableur;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use recours_engine::outreach::{BLOC, Jour, NumeroDeLigne, expiration_par_defaut};
use recours_tables::{Protection, ecrire_ensemble, preparer_octets};
use serde::Serialize;

use crate::erreur::ErreurCommande;
use crate::mission::{Donnees, Mission};
use crate::progression::Progression;
use crate::{modeles, opposition, regles};

use fiche::{Cadre, Fiche};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'organisme : ouvre sa liste, retrouve les personnes dans son registre, et écrit une fiche par personne.\n\n\
Écrit liste.csv (pour un tableur) et liste.html (une page A4 par personne, à imprimer), lisibles par vous seul.\n\
Les personnes décédées, mineures ou qui se sont opposées n'y sont pas, ni les droits auxquels une personne renonce.\n\
Une ligne que le registre ne connaît pas n'est à personne : les listes sont complétées pour que leur taille ne dise\n\
rien. Rien n'est lu d'une liste que l'hôte n'a pas signée pour cette mission, cette époque et cet organisme (sa clé\n\
publique est dans cles/identifiants.toml, à côté de la mission).\n\n\
Le registre peut avoir, à côté de « opposition » (oui ou non) : opposition_le, opposition_jusqu_au (dernier jour, sans\n\
quoi elle n'a pas de fin), renonciations (« rsa:2026-05-01; aspa:2026-05-01:2027-04-30 »). La date comparée est celle\n\
de la mission.\n\n\
Exemple : recours open lists/caf.age --register bodies/caf/registre.parquet --identity bodies/caf/cle.age --out bodies/caf/liste")]
pub struct Args {
    /// Liste chiffrée
    #[arg(value_name = "LISTE")]
    pub liste: PathBuf,
    /// Registre de l'organisme (Parquet, CSV ou Arrow)
    #[arg(long, value_name = "FICHIER")]
    pub register: PathBuf,
    /// Clé secrète de l'organisme (cle.age)
    #[arg(long, value_name = "FICHIER")]
    pub identity: PathBuf,
    /// Dossier de sortie
    #[arg(long, value_name = "DOSSIER")]
    pub out: PathBuf,
    /// Fichier de la mission (par défaut, mission.toml au-dessus de la liste ou dans le dossier courant)
    #[arg(long, value_name = "FICHIER")]
    pub mission: Option<PathBuf>,
    /// Jour d'utilisation, AAAA-MM-JJ (par défaut, aujourd'hui ; pour des données inventées, la date de la mission)
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
}

/// What opening a list gave. Counts only: the pages are in their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanOuverture {
    /// The body.
    pub organisme: String,
    /// People to contact.
    pub personnes: usize,
    /// Rights and losses on their pages.
    pub droits: usize,
    /// People of the list left out: deceased, objected, minors.
    pub ecartees: usize,
    /// Rows of a right that the person renounces.
    pub renoncees: usize,
    /// Rows whose last day has passed.
    pub expirees: usize,
    /// Rows of nobody in the register.
    pub inconnues: usize,
    /// Minutes to plan.
    pub minutes: u32,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the list, the key, the register or the mission is refused; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let fichier = args.mission.map_or_else(|| trouver_mission(&args.liste), Ok)?;
    let mission = Mission::lire(&fichier)?;
    let jour = args.on.map_or_else(|| jour_d_usage(&mission), jours);
    let progression = Progression::automatique();
    let bilan = ouvrir_liste(&mission, &args.liste, &args.register, &args.identity, &args.out, jour, &progression)?;
    println!(
        "{} : {} personnes à contacter, {} droits ou échéances, environ {}.",
        bilan.organisme,
        bilan.personnes,
        bilan.droits,
        duree(bilan.minutes)
    );
    println!(
        "Écartées (décès, opposition, minorité) : {}. Droits auxquels la personne renonce : {}. Lignes expirées : {}. \
         Lignes de personne : {}.",
        bilan.ecartees, bilan.renoncees, bilan.expirees, bilan.inconnues
    );
    if bilan.inconnues > BLOC || bilan.personnes + bilan.ecartees + bilan.renoncees + bilan.expirees == 0 {
        println!("Si vous attendiez davantage de personnes, vérifiez que le registre est celui de l'extrait qui a été scellé.");
    }
    for f in &bilan.fichiers {
        println!("→ {}", f.display());
    }
    Ok(())
}

/// Opens a list at home and writes `liste.csv` and `liste.html` under `sortie`, both or none, for their owner
/// only. `jour` is the day of use, days since 1970-01-01.
///
/// # Errors
/// As the command.
pub fn ouvrir_liste(
    mission: &Mission,
    liste: &Path,
    registre: &Path,
    cle: &Path,
    sortie: &Path,
    jour: Jour,
    progression: &Progression,
) -> Result<BilanOuverture, ErreurCommande> {
    let etape = progression.etape("ouverture de la liste", None);
    let (pack, empreinte) = regles::de_mission(mission)?;
    let ouverte = liste::ouvrir(mission, &mission.empreinte(&empreinte), liste, cle)?;
    let organisme = mission.organisme(&ouverte.organisme)?.nom.clone();
    for (i, l) in ouverte.lignes.iter().enumerate() {
        if !pack.rights.iter().any(|r| r.id == l.droit && r.rule() == l.regle) {
            return Err(liste::refus(liste, Some(i as u64 + 1), "règle que la mission n'a pas"));
        }
    }
    let voulus: HashSet<NumeroDeLigne> = ouverte.lignes.iter().map(|l| l.row_id).collect();
    // Objections hold on the mission's date; an earlier day of use makes none of them end.
    let trouves = registre::lire(registre, &voulus, jour, opposition::jour_de(mission).min(jour))?;
    let connue = |r: &NumeroDeLigne| trouves.inscrits.contains_key(r) || trouves.ecartes.contains_key(r);
    let (siennes, autres): (Vec<_>, Vec<_>) = ouverte.lignes.into_iter().partition(|l| connue(&l.row_id));
    let (valides, expirees): (Vec<_>, Vec<_>) = siennes.into_iter().partition(|l| l.expire >= jour);
    let (valides, renoncees): (Vec<_>, Vec<_>) = valides.into_iter().partition(|l| !trouves.renonce(&l.row_id, &l.droit));
    let ecartees: HashSet<NumeroDeLigne> = valides.iter().map(|l| l.row_id).filter(|r| trouves.ecartes.contains_key(r)).collect();
    let fin = valides.iter().map(|l| l.expire).max().unwrap_or_else(|| expiration_par_defaut(jour));
    let fiches = fiche::fiches(&Cadre { pack: &pack, organisme: &organisme, jour }, &valides, &trouves.inscrits);

    let minutes = fiches.iter().map(|f| f.minutes).sum();
    let page = Page {
        organisme: &organisme,
        date: modeles::date_longue(jour),
        fin: modeles::date_longue(fin),
        duree: duree(minutes),
        information: mots::information(&organisme),
        fiches: &fiches,
    };
    let html = modeles::rendre("fiches.html", &page)?;
    let fichiers = vec![sortie.join("liste.csv"), sortie.join("liste.html")];
    ecrire_ensemble(vec![
        preparer_octets(sortie.join("liste.csv"), &tableur::csv(&fiches), Protection::Privee)?,
        preparer_octets(sortie.join("liste.html"), html.as_bytes(), Protection::Privee)?,
    ])?;
    etape.terminer();
    Ok(BilanOuverture {
        organisme,
        personnes: fiches.len(),
        droits: fiches.iter().map(|f| f.droits.len()).sum(),
        ecartees: ecartees.len(),
        renoncees: renoncees.len(),
        expirees: expirees.len(),
        inconnues: autres.len(),
        minutes,
        fichiers,
    })
}

/// The day on which pages are used: today, or the mission's date when people are invented.
pub fn jour_d_usage(mission: &Mission) -> Jour {
    match mission.donnees {
        Donnees::Inventees => jours(mission.date),
        Donnees::Reelles => jours(jiff::Zoned::now().date()),
    }
}

fn jours(date: jiff::civil::Date) -> Jour {
    let jours = recours_rules::date::days(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    i32::try_from(jours).unwrap_or(Jour::MAX)
}

/// `mission.toml` in one of the three folders above the list, or in the current one.
fn trouver_mission(liste: &Path) -> Result<PathBuf, ErreurCommande> {
    let dossiers = liste.ancestors().skip(1).take(3).map(Path::to_path_buf).chain([PathBuf::new()]);
    dossiers.map(|d| d.join("mission.toml")).find(|f| f.is_file()).ok_or_else(|| {
        ErreurCommande::usage("E-LISTE-006", "fichier de mission introuvable à côté de la liste.")
            .avec_conseil("Donnez-le avec --mission ; le jeu de règles qu'il nomme doit être là aussi, pour les textes des fiches.")
    })
}

fn duree(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} minutes"),
        (1, 0) => "1 heure".into(),
        (h, m) if h < 8 && m > 0 => format!("{h} h {m:02}"),
        (h, _) => format!("{h} heures"),
    }
}

/// What the template of pages reads.
#[derive(Serialize)]
struct Page<'a> {
    organisme: &'a str,
    date: String,
    fin: String,
    duree: String,
    information: Vec<String>,
    fiches: &'a [Fiche],
}
