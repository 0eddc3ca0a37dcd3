//! Parts for worker processes: cut at the host, judged anywhere, put together again.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::cast;
use recours_engine::finding;
use recours_engine::parts::Parts;
use recours_engine::parts::merge::{self, MergeError};
use recours_engine::plan::Program;
use recours_tables::ecriture::{Protection, preparer_octets, vers_parquet_annote};
use recours_tables::{ErreurTable, Flux, Lot, Origine, lire_table};

use super::parties::{evaluer, informe};
use super::{Ouvert, ouvrir};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::journal::{self, Acte};
use crate::livraisons::Livraisons;
use crate::livraisons::parties::{Lecture, faits, table};
use crate::mission::Mission;
use crate::progression::Progression;
use crate::signature::{self, Signataires};
use crate::{chemins, regles};

/// Who cuts, and signs.
const HOTE: &str = "hote";

/// No more parts than their numbers have digits for.
const AU_PLUS: usize = 9_999;

/// Opens the deliveries as `recours detect` does, and writes one private file for each part under `sortie`, signed by the host.
/// They hold nameless facts of everybody in clear: whoever asked for them deletes them.
///
/// # Errors
/// Those of opening deliveries; E-USAGE-001 for a number of parts out of bounds; nothing is written then.
pub fn decouper(mission: &Mission, parties: usize, sortie: &Path, progression: &Progression) -> Result<Vec<PathBuf>, ErreurCommande> {
    let n = NonZeroUsize::new(parties).filter(|n| n.get() <= AU_PLUS);
    let n = n.ok_or_else(|| ErreurCommande::usage("E-USAGE-001", format!("de 1 à {AU_PLUS} parties.")))?;
    let ouvert = ouvrir(mission, Forme::Grossie, progression)?;
    let Livraisons { livraisons, empreintes } = ouvert.livraisons(mission, progression)?;
    let Ouvert { pack, empreinte_regles, empreinte, journal, .. } = ouvert;
    let etape = progression.etape("découpage", Some(n.get() as u64));
    let faits = faits(&livraisons);
    let mut prets = Vec::with_capacity(n.get());
    for (k, partie) in Parts::of(livraisons, n).map_err(|_| informe())?.enumerate() {
        let lot = table(&pack, &empreinte, &partie, (k, n.get()), &faits)?;
        let mut entete = entete(mission, &empreinte, &empreinte_regles);
        entete.lignes = lot.num_rows() as u64;
        let annotations = entete.annotations();
        let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
        let chemin = chemins::partie(sortie, k, n.get());
        let mut clair = vers_parquet_annote("partie.parquet", &lot.schema(), &[lot], &annotations)?;
        signature::signer(&mut clair, &entete, &journal)?;
        prets.push(preparer_octets(&chemin, &clair, Protection::Privee)?);
        etape.avance(1);
        progression.continuer()?;
    }
    let chemins = prets.iter().map(|p| p.destination().to_path_buf()).collect();
    let mut acte = Acte::de_mission("decoupage", mission, &empreinte).texte("empreinte_regles", &empreinte_regles);
    for (organisme, livraison) in &empreintes {
        acte = acte.texte(&format!("recu.{organisme}.attributs"), livraison);
    }
    journal::publier(&journal, acte.nombre("parties", n.get() as u64), prets, None)?;
    etape.terminer();
    Ok(chemins)
}

fn entete(mission: &Mission, empreinte: &str, empreinte_regles: &str) -> Entete {
    let mut entete = Entete::nouvelle(Contenu::Partie, mission, empreinte, HOTE);
    entete.regles = Some(empreinte_regles.to_owned());
    entete
}

/// Judges the part in a file, and gives the table of its findings. Needs the mission, its rules and public keys, and no secret.
///
/// # Errors
/// E-LIVRAISON for a file that is no part, of another mission or rules, or not signed by the host; those of [`de_lignes`].
pub fn de_fichier(mission: &Mission, partie: &Path, progression: &Progression) -> Result<RecordBatch, ErreurCommande> {
    let (_, empreinte_regles) = regles::de_mission(mission)?;
    let entete = entete(mission, &mission.empreinte(&empreinte_regles), &empreinte_regles);
    let lecteur = lire_table(partie)?;
    entete.verifier(&lecteur)?;
    let fichier = std::fs::File::open(partie).map_err(|e| ErreurTable::de_lecture(partie, &e))?;
    Signataires::de_mission(mission, &entete.mission)?.verifier_source(mission, partie, &fichier, &entete, HOTE)?;
    juger(mission, &lecteur.tout()?, progression)
}

/// Judges the parts whose rows a stream holds, in any order, and gives the table of their findings.
///
/// # Errors
/// E-PARTIE-001 for rows of another mission or other rules, E-PARTIE-002 for a part that is not whole, E-PARTIE-003 for a body that did not
/// deliver, and what `recours detect` refuses of a delivery.
pub fn de_lignes(mission: &Mission, lignes: Flux, progression: &Progression) -> Result<RecordBatch, ErreurCommande> {
    juger(mission, &Origine::memoire("lignes", lignes).ouvrir()?.tout()?, progression)
}

fn juger(mission: &Mission, lot: &Lot, progression: &Progression) -> Result<RecordBatch, ErreurCommande> {
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    let program = Program::compile(&pack);
    let parties = Lecture::nouvelle(mission, &pack, &program, &empreinte).parties(lot)?;
    let etape = progression.etape("évaluation des règles", Some(parties.len() as u64));
    let mut tables = vec![finding::table(&[]).map_err(|_| informe())?];
    for partie in parties {
        progression.continuer()?;
        tables.push(finding::table(&evaluer(&pack, &program, partie)?.findings).map_err(|_| informe())?);
        etape.avance(1);
    }
    etape.terminer();
    reunies(&tables)
}

/// Findings of all parts, from the stream of their tables: the rows of `findings.parquet`, in its order.
///
/// # Errors
/// E-PARTIE-004 for a table that is not one of findings, or when two hold the same finding.
pub fn reunir(tables: Flux) -> Result<RecordBatch, ErreurCommande> {
    let lu = Origine::memoire("repérages", tables).ouvrir()?.tout()?;
    let lot = lu.lot();
    let schema = finding::table(&[]).map_err(|_| informe())?.schema();
    // What carried them may have written them otherwise: bytes of any length, lists under another name.
    let colonne = |champ: &arrow::datatypes::FieldRef| {
        let c = lot.column_by_name(champ.name()).filter(|_| lot.num_columns() == schema.fields().len())?;
        cast(c, champ.data_type()).ok()
    };
    let colonnes: Option<Vec<_>> = schema.fields().iter().map(colonne).collect();
    let lot = colonnes.and_then(|c| RecordBatch::try_new(schema, c).ok());
    reunies(&[lot.ok_or_else(|| refus("cette table n'est pas une table de repérages."))?])
}

fn reunies(tables: &[RecordBatch]) -> Result<RecordBatch, ErreurCommande> {
    merge::tables(tables).map_err(|e| match e {
        MergeError::Shared { .. } => refus("le même repérage est là deux fois : une partie a été comptée deux fois."),
        MergeError::Columns { .. } | MergeError::Nothing => refus("cette table n'est pas une table de repérages."),
        MergeError::Table(_) => informe(),
    })
}

fn refus(quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-PARTIE-004", quoi)
        .avec_conseil("Réunissez les tables que la détection des parties a rendues, chacune une fois, sans en changer les colonnes.")
}
