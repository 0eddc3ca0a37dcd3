//! `suivi.parquet`: at home, which row of the list each page is. Private (0600), never sent.
//!
//! | column | holds |
//! |---|---|
//! | `organisme` | the body |
//! | `vague` | which opening of which list: epoch and eight digits drawn from the rows |
//! | `fiche` | number of the page |
//! | `row_id` | the body's own row number |
//! | `droit`, `libelle`, `nature` | right or rupture |
//! | `regle`, `bande`, `date_utile`, `expire` | as the list has them |
//! | `canal`, `minutes` | what the page advised and planned |
//! | `types` | types of non-recours as the rules say them, codes separated by `;`; empty when they say nothing |
//! | `ouverte_le` | day of the opening |
//!
//! A row is deleted thirty days after the last thing to be done about it ([`crate::retours::purge`]).

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryBuilder, Int32Array, RecordBatch, StringArray};
use recours_engine::outreach::{Bande, Jour, Nature, NumeroDeLigne};
use recours_tables::{EcrivainParquet, FichierPret, Protection, lire_table};

use super::fautes;
use super::mots::{Canal, TypeNonRecours};
use crate::erreur::ErreurCommande;

/// Its columns. A test holds them to the protocol.
pub const COLONNES: [&str; 15] = [
    "organisme",
    "vague",
    "fiche",
    "row_id",
    "droit",
    "libelle",
    "nature",
    "regle",
    "bande",
    "date_utile",
    "expire",
    "canal",
    "minutes",
    "types",
    "ouverte_le",
];

/// What was opened.
#[derive(Debug, Clone, Copy)]
pub struct Ouverture<'a> {
    /// The body.
    pub organisme: &'a str,
    /// The mission's epoch.
    pub epoque: &'a str,
    /// The day of use.
    pub jour: Jour,
}

/// A right on a page. No `Debug`: it says whose.
#[derive(Clone, PartialEq)]
pub struct Suivie {
    /// Number of the page.
    pub fiche: u32,
    /// The body's own row number.
    pub row_id: NumeroDeLigne,
    /// Right or rupture (`rsa`).
    pub droit: String,
    /// Its name for people.
    pub libelle: String,
    /// Right or rupture.
    pub nature: Nature,
    /// `id@version`.
    pub regle: String,
    /// Band of the list.
    pub bande: Bande,
    /// Useful date of the list.
    pub date_utile: Option<Jour>,
    /// Last day of the row.
    pub expire: Jour,
    /// Channel that the page advised.
    pub canal: Canal,
    /// Minutes planned for the page, whatever its rights.
    pub minutes: u32,
    /// Types that the rules give, empty when they give none.
    pub types: Vec<TypeNonRecours>,
    /// Known difficulties of the person, as the order of contacts counts them (not written: only used to compare like with like).
    pub freins: u8,
}

/// A followed row as the file has it.
#[derive(Clone, PartialEq)]
pub struct Ligne {
    /// The body.
    pub organisme: String,
    /// Which opening.
    pub vague: String,
    /// Day of the opening.
    pub ouverte_le: Jour,
    /// The rest.
    pub suivie: Suivie,
}

/// Name of an opening: the epoch, and eight digits that depend on its rows alone. Two openings of a list with other page
/// numbers have other names, so the returns of one are never read as those of the other.
#[must_use]
pub fn vague(ouverture: &Ouverture<'_>, suivies: &[Suivie]) -> String {
    let mut hache = blake3::Hasher::new();
    let mut champ = |octets: &[u8]| {
        hache.update(&(octets.len() as u64).to_le_bytes());
        hache.update(octets);
    };
    champ(ouverture.organisme.as_bytes());
    champ(ouverture.epoque.as_bytes());
    champ(&ouverture.jour.to_le_bytes());
    for s in suivies {
        champ(&s.fiche.to_le_bytes());
        champ(&s.row_id);
        champ(s.droit.as_bytes());
    }
    format!("{}-{}", ouverture.epoque, &hache.finalize().to_hex()[..8])
}

/// The file, to be published with the pages.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn preparer(chemin: &Path, lignes: &[Ligne]) -> Result<FichierPret, ErreurCommande> {
    let lot = vers_lot(lignes).map_err(|_| fautes::defaut(chemin))?;
    let mut ecrivain = EcrivainParquet::avec_protection(chemin, &lot.schema(), Protection::Privee)?;
    ecrivain.ecrire(&lot)?;
    Ok(ecrivain.preparer()?)
}

fn vers_lot(lignes: &[Ligne]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let textes = |f: &dyn Fn(&Ligne) -> String| Arc::new(StringArray::from_iter_values(lignes.iter().map(f))) as ArrayRef;
    let jours = |f: &dyn Fn(&Ligne) -> Option<Jour>| Arc::new(Date32Array::from_iter(lignes.iter().map(f))) as ArrayRef;
    let nombres = |f: &dyn Fn(&Ligne) -> u32| {
        Arc::new(Int32Array::from_iter_values(lignes.iter().map(|l| i32::try_from(f(l)).unwrap_or(i32::MAX)))) as ArrayRef
    };
    let mut row_id = FixedSizeBinaryBuilder::with_capacity(lignes.len(), 16);
    for l in lignes {
        row_id.append_value(l.suivie.row_id)?;
    }
    let colonnes: [ArrayRef; 15] = [
        textes(&|l| l.organisme.clone()),
        textes(&|l| l.vague.clone()),
        nombres(&|l| l.suivie.fiche),
        Arc::new(row_id.finish()),
        textes(&|l| l.suivie.droit.clone()),
        textes(&|l| l.suivie.libelle.clone()),
        textes(&|l| nature(l.suivie.nature).into()),
        textes(&|l| l.suivie.regle.clone()),
        textes(&|l| l.suivie.bande.texte().into()),
        jours(&|l| l.suivie.date_utile),
        jours(&|l| Some(l.suivie.expire)),
        textes(&|l| l.suivie.canal.code()),
        nombres(&|l| l.suivie.minutes),
        textes(&|l| l.suivie.types.iter().map(|t| t.code()).collect::<Vec<_>>().join(";")),
        jours(&|l| Some(l.ouverte_le)),
    ];
    RecordBatch::try_from_iter_with_nullable(COLONNES.into_iter().zip(colonnes).map(|(nom, c)| (nom, c, nom == "date_utile")))
}

const fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Rupture => "rupture",
        Nature::NonRecours => "droit",
    }
}

/// Reads the file, all openings that it holds.
///
/// # Errors
/// E-TABLE for what is no such file; E-RETOURS-001 when a column is missing or a cell is none of ours; E-RETOURS-002 when a
/// page has the same right twice.
pub fn lire(chemin: &Path) -> Result<Vec<Ligne>, ErreurCommande> {
    let etranger = || fautes::pas_un_suivi(chemin);
    let lecteur = lire_table(chemin)?;
    if COLONNES.iter().any(|c| !lecteur.contient(c)) {
        return Err(etranger());
    }
    let lot = lecteur.tout()?;
    let textes = |nom: &str| -> Result<Vec<String>, ErreurCommande> {
        Ok(lot.colonne(nom)?.texte()?.iter().map(|t| t.unwrap_or_default().to_owned()).collect())
    };
    let nombres = |nom: &str| -> Result<Vec<u32>, ErreurCommande> {
        let colonne = lot.colonne(nom)?;
        Ok(colonne.obligatoire(colonne.nombre()?)?.into_iter().map(|n| n.max(0.0) as u32).collect())
    };
    let jours = |nom: &str| -> Result<Vec<Option<Jour>>, ErreurCommande> { Ok(lot.colonne(nom)?.date()?) };
    let row_id = lot.colonne("row_id")?;
    let row_id = row_id.obligatoire(row_id.octets16()?)?;
    let organismes = textes("organisme")?;
    let (vagues, droits, libelles, natures) = (textes("vague")?, textes("droit")?, textes("libelle")?, textes("nature")?);
    let (regles, bandes, canaux, types) = (textes("regle")?, textes("bande")?, textes("canal")?, textes("types")?);
    let (fiches, minutes) = (nombres("fiche")?, nombres("minutes")?);
    let (utiles, expirent, ouvertes) = (jours("date_utile")?, jours("expire")?, jours("ouverte_le")?);
    let mut lues = Vec::with_capacity(row_id.len());
    let mut vues: BTreeSet<(String, u32, String)> = BTreeSet::new();
    for (i, row_id) in row_id.into_iter().enumerate() {
        let types: Option<Vec<_>> = types[i].split(';').filter(|t| !t.is_empty()).map(TypeNonRecours::lire).collect();
        let (Some(types), Some(bande), Some(canal), Some(expire), Some(ouverte_le)) =
            (types, Bande::de_texte(&bandes[i]), Canal::lire(&canaux[i]), expirent[i], ouvertes[i])
        else {
            return Err(etranger());
        };
        if !vues.insert((vagues[i].clone(), fiches[i], droits[i].clone())) {
            return Err(fautes::suivi_double(chemin, i as u64 + 1));
        }
        lues.push(Ligne {
            organisme: organismes[i].clone(),
            vague: vagues[i].clone(),
            ouverte_le,
            suivie: Suivie {
                fiche: fiches[i],
                row_id,
                droit: droits[i].clone(),
                libelle: libelles[i].clone(),
                nature: if natures[i] == "rupture" { Nature::Rupture } else { Nature::NonRecours },
                regle: regles[i].clone(),
                bande,
                date_utile: utiles[i],
                expire,
                canal,
                minutes: minutes[i],
                types,
                freins: 0,
            },
        });
    }
    Ok(lues)
}
