//! What a body remembers of each act that moved data of persons: `<body>/traces/`, private (0700, files 0600), never sent.
//!
//! One event is two files, whatever the number of people: `trace.N.json` says what moved, to whom, why, under which text and
//! agreement, and until when each side keeps it; `trace.N.parquet` has the body's own row ids concerned. It explains itself: three
//! years later neither the mission nor the rules are needed to read it. Both are published together with the files that
//! they describe, and their digests stand in the body's signed log, which has no row id.
//!
//! Row ids are drawn anew for each mission. So rows also carry two digests of who they are, under a key that only the
//! body's signature key gives ([`qui`]): a person is found in the events of every epoch, and a stolen folder names nobody.

mod evenement;
mod lignes;
pub mod qui;
pub mod registre;
mod suites;

use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan, Unit, tz::TimeZone};
use recours_tables::journal::Journal;
use recours_tables::{ErreurTable, FichierPret, Protection, preparer_octets};

use crate::chemins::{self, absolu};
use crate::erreur::ErreurCommande;
use crate::mission::{Donnees, Finalite, Mission, Organisme};

pub use evenement::{Concerne, Depuis, Donnee, Ecrit, Evenement, Flux, SurLignes, SurMission};
pub use lignes::{Ligne, Statut};
pub use suites::{Contexte, Trace, au_journal, aveuglement, interne, ouverture, scellement, transmission};

/// Version of the description of an event.
const VERSION: u8 = 1;

/// The two files of an event, to be published with the act that it describes.
pub(crate) fn preparer(
    (dossier, racine): (&Path, &Path),
    mut evenement: Evenement,
    lignes: &[Ligne],
    prets: &[FichierPret],
) -> Result<Vec<FichierPret>, ErreurCommande> {
    assurer_dossier(dossier)?;
    for pret in prets {
        let chemin = absolu(pret.destination());
        let depuis = |base: &Path| chemin.strip_prefix(absolu(base)).ok().map(Path::to_path_buf);
        let (depuis, chemin) = match (dossier.parent().and_then(depuis), depuis(racine)) {
            (Some(relatif), _) => (Depuis::Organisme, relatif),
            (None, Some(relatif)) => (Depuis::Mission, relatif),
            (None, None) => (Depuis::Machine, chemin),
        };
        evenement.ecrits.push(Ecrit { depuis, chemin, blake3: pret.empreinte()? });
    }
    let numero = numero()?;
    let chemin = chemins::lignes_de_trace(dossier, &numero);
    let octets = lignes::parquet(lignes)?;
    evenement.lignes = SurLignes {
        fichier: chemin.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        blake3: blake3::hash(&octets).to_hex().to_string(),
    };
    let texte = serde_json::to_string_pretty(&evenement).map_err(|_| defaut())?;
    Ok(vec![
        preparer_octets(&chemin, &octets, Protection::Privee)?,
        preparer_octets(chemins::trace_d_acte(dossier, &numero), (texte + "\n").as_bytes(), Protection::Privee)?,
    ])
}

/// What an event of `organisme` says before its flows: now, the mission, and until when things are kept.
pub(crate) fn nouvel(
    mission: &Mission,
    organisme: &Organisme,
    acte: &str,
    empreinte: &str,
    empreinte_regles: &str,
) -> Result<Evenement, ErreurCommande> {
    let maintenant = Timestamp::now();
    let jour = maintenant.to_zoned(TimeZone::UTC).date();
    let c = mission.conservation;
    let ajoute = |date: jiff::civil::Date, mois: u16| date.checked_add(i32::from(mois).months()).map_err(|_| defaut());
    Ok(Evenement {
        version: VERSION,
        acte: acte.to_owned(),
        le: maintenant.round(Unit::Second).unwrap_or(maintenant),
        organisme: organisme.id.clone(),
        organisme_nom: organisme.nom.clone(),
        mission: SurMission {
            nom: mission.nom.clone(),
            attribuer: mission.finalite == Finalite::Attribuer,
            base_legale: mission.base_legale.clone(),
            territoire: mission.territoire.clone(),
            date: mission.date,
            epoque: mission.epoque.clone(),
            inventees: mission.donnees == Donnees::Inventees,
            empreinte: empreinte.to_owned(),
            empreinte_regles: empreinte_regles.to_owned(),
        },
        flux: Vec::new(),
        droits: std::collections::BTreeMap::new(),
        liste: None,
        ecrits: Vec::new(),
        collecte_jusqu_au: ajoute(mission.date, c.collecte_mois)?,
        trace_jusqu_au: ajoute(jour, c.traces_mois)?,
        lignes: SurLignes::default(),
    })
}

/// Eight digits that tell an event's files from the others'.
fn numero() -> Result<String, ErreurCommande> {
    let mut tires = [0_u8; 4];
    getrandom::fill(&mut tires).map_err(|_| ErreurCommande::panne("E-TRACE-001", "le générateur aléatoire du système ne répond pas."))?;
    Ok(tires.iter().fold(String::new(), |t, o| t + &format!("{o:02x}")))
}

/// The folder, for its owner only.
fn assurer_dossier(dossier: &Path) -> Result<(), ErreurCommande> {
    let rate = |e: &std::io::Error| ErreurTable::d_ecriture(dossier, e);
    std::fs::create_dir_all(dossier).map_err(|e| rate(&e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dossier, std::fs::Permissions::from_mode(0o700)).map_err(|e| rate(&e))?;
    }
    Ok(())
}

/// The digests of who people are, under the key that this log's signature key gives.
pub(crate) fn chercheur(journal: &Journal) -> qui::Chercheur {
    qui::Chercheur::nouveau(journal.cle())
}

fn defaut() -> ErreurCommande {
    ErreurCommande::panne("E-TRACE-002", "la trace n'a pas pu être formée : défaut du programme.")
}

/// The two files of an event that was read.
pub(crate) fn fichiers_de(dossier: &Path, e: &Evenement) -> Vec<PathBuf> {
    let lignes = dossier.join(&e.lignes.fichier);
    vec![lignes.with_extension("json"), lignes].into_iter().filter(|c| c.is_file()).collect()
}

/// The files of all events.
pub(crate) fn fichiers(dossier: &Path) -> Vec<PathBuf> {
    let mut trouves: Vec<PathBuf> = std::fs::read_dir(dossier)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("trace.")))
        .collect();
    trouves.sort();
    trouves
}
