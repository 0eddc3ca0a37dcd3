//! The two input tables: opened, reduced to the columns that count, their cells read as the vocabulary types
//! them, and persons joined to their foyers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int8Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use recours_engine::foyers::{BODIES, column_name};
use recours_engine::grain;
use recours_engine::plan::Program;
use recours_rules::pack::Pack;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{CodeList, Variable};
use recours_tables::{Colonne, ErreurTable, Lecteur, Origine};

use super::etapes::{Etapes, Poste};
use super::tranches;
use crate::erreur::ErreurCommande;
use crate::progression::Progression;

/// Key of foyers, in both tables.
pub(crate) const FOYER: &str = "household_id";
/// Key of persons.
pub(crate) const PERSONNE: &str = "person_id";

/// A table in memory, with the file that it comes from.
pub(crate) struct Table {
    /// The file, as the user named it.
    pub fichier: PathBuf,
    /// Its keys and its facts, under the vocabulary's names.
    pub lot: RecordBatch,
    /// Facts of the other table found in this one: not read.
    pub egares: Vec<String>,
}

/// Which of the two tables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Laquelle {
    Personnes,
    Foyers,
}

impl Laquelle {
    fn entite(self) -> Entity {
        match self {
            Self::Personnes => Entity::Personne,
            Self::Foyers => Entity::Foyer,
        }
    }
}

/// Reads the persons and the households. Facts that no rule reads are left in the files, except codes: a code
/// outside its closed list is refused even where no rule would have met it.
///
/// # Errors
/// Those of the files and of their cells: file, column, row, never a value.
pub(crate) fn lire(
    pack: &Pack,
    program: &Program,
    personnes: &Origine,
    foyers: &Origine,
    memoire: Option<u64>,
    suivi: (&Progression, &Etapes),
) -> Result<(Table, Table), ErreurCommande> {
    let lues: BTreeSet<String> = program.inputs.iter().map(|f| column_name(pack, *f)).collect();
    let ouvrir = |table: &Origine, laquelle| {
        let lecteur = table.ouvrir()?;
        let noms = noms_a_lire(pack, &lues, laquelle, &lecteur);
        Ok::<_, ErreurTable>((lecteur, noms))
    };
    let (p, f) = (ouvrir(personnes, Laquelle::Personnes)?, ouvrir(foyers, Laquelle::Foyers)?);
    if let Some(limite) = memoire {
        let octets = |(l, noms): &(Lecteur, Vec<String>)| l.lignes().unwrap_or(0).saturating_mul(noms.len() as u64 * 8);
        let besoin = octets(&p).saturating_add(octets(&f));
        // Half for the tables, half for what is computed on them.
        if besoin > limite / 2 {
            return Err(ErreurCommande::refus(
                "E-EVALUER-003",
                format!("ces tables demandent environ {} Mo ; --memory en laisse {}.", besoin / 1_000_000, limite / 2_000_000),
            )
            .avec_conseil("Augmentez --memory, ou découpez les deux tables par foyers : chaque foyer s'évalue seul."));
        }
    }
    let p = lire_une(pack, personnes.nom(), p, Laquelle::Personnes, suivi)?;
    let f = lire_une(pack, foyers.nom(), f, Laquelle::Foyers, suivi)?;
    Ok((p, f))
}

/// Names of the facts to read in a table: those that rules read, and codes.
fn noms_a_lire(pack: &Pack, lues: &BTreeSet<String>, laquelle: Laquelle, lecteur: &Lecteur) -> Vec<String> {
    let vocabulaire = &pack.vocabulary;
    let mut noms: BTreeSet<String> = vocabulaire
        .variables
        .iter()
        .filter(|v| v.entity == laquelle.entite())
        .flat_map(|v| v.columns().into_iter().map(move |c| (c, matches!(v.ty, Type::Code(_)))))
        .filter(|(c, code)| *code || lues.contains(c))
        .map(|(c, _)| c)
        .collect();
    noms.retain(|c| lecteur.contient(c));
    noms.into_iter().collect()
}

fn lire_une(
    pack: &Pack,
    chemin: &Path,
    (lecteur, noms): (Lecteur, Vec<String>),
    laquelle: Laquelle,
    (progression, etapes): (&Progression, &Etapes),
) -> Result<Table, ErreurCommande> {
    let (libelle, cles): (_, &[&str]) = match laquelle {
        Laquelle::Personnes => ("Lecture des personnes", &[FOYER, PERSONNE]),
        Laquelle::Foyers => ("Lecture des foyers", &[FOYER]),
    };
    let autre = if laquelle == Laquelle::Personnes { Entity::Foyer } else { Entity::Personne };
    let egares = lecteur
        .schema()
        .fields()
        .iter()
        .map(|c| c.name().clone())
        .filter(|c| pack.vocabulary.column(c).and_then(|(v, _)| pack.vocabulary.variables.get(v)).is_some_and(|v| v.entity == autre))
        .collect();
    // The age serves only where the birth date is missing.
    let age = laquelle == Laquelle::Personnes && lecteur.contient("age");
    let mut colonnes: Vec<&str> = cles.iter().copied().chain(noms.iter().map(String::as_str)).collect();
    if age {
        colonnes.push("age");
    }
    // Who knows somebody tells of which procedure an answer may speak.
    if laquelle == Laquelle::Personnes && lecteur.contient(BODIES) {
        colonnes.push(BODIES);
    }
    let etape = progression.etape(libelle, lecteur.lignes());
    let mut morceaux: Vec<Vec<ArrayRef>> = vec![Vec::new(); colonnes.len()];
    let mut lignes = 0;
    for lot in lecteur.projeter(&colonnes)?.en_dictionnaire(&noms).lots()? {
        let lot = lot?;
        etapes.passe(Poste::Lecture);
        for (nom, morceau) in colonnes.iter().zip(&mut morceaux) {
            morceau.push(convertir(pack, &lot.colonne(nom)?, nom, cles)?);
        }
        lignes += lot.lignes();
        etapes.passe(Poste::Decodage);
        etape.avance(lot.lignes() as u64);
        progression.continuer()?;
    }
    let mut champs = Vec::with_capacity(colonnes.len());
    let mut tableaux: Vec<ArrayRef> = Vec::with_capacity(colonnes.len());
    for (nom, morceaux) in colonnes.iter().zip(morceaux) {
        if *nom == "age" && !ages_utiles(&champs, &tableaux, lignes) {
            continue;
        }
        let vues: Vec<&dyn Array> = morceaux.iter().map(AsRef::as_ref).collect();
        let entier = match vues.is_empty() {
            true => arrow::array::new_empty_array(&DataType::Utf8),
            false => concat(&vues).map_err(|_| ErreurTable::TropGrand { fichier: chemin.to_path_buf() })?,
        };
        champs.push(Field::new(*nom, entier.data_type().clone(), true));
        tableaux.push(entier);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(lignes));
    let lot = RecordBatch::try_new_with_options(Arc::new(Schema::new(champs)), tableaux, &options)
        .map_err(|_| ErreurTable::Schema { fichier: chemin.to_path_buf() })?;
    Ok(Table { fichier: chemin.to_path_buf(), lot, egares })
}

/// Whether some birth date is missing.
fn ages_utiles(champs: &[Field], tableaux: &[ArrayRef], lignes: usize) -> bool {
    let naissances = champs.iter().position(|c| c.name() == "date_naissance").and_then(|p| tableaux.get(p));
    lignes > 0 && naissances.is_none_or(|n| n.null_count() > 0)
}

/// A column as its keys or its vocabulary type demand.
fn convertir(pack: &Pack, colonne: &Colonne, nom: &str, cles: &[&str]) -> Result<ArrayRef, ErreurTable> {
    if cles.contains(&nom) {
        return cle(colonne);
    }
    if nom == "age" {
        return Ok(Arc::new(Float64Array::from(colonne.nombre()?)));
    }
    if nom == BODIES {
        return Ok(Arc::new(colonne.texte()?));
    }
    match pack.vocabulary.column(nom).and_then(|(v, _)| pack.vocabulary.variables.get(v)) {
        Some(v) if grain::is_told(colonne.tableau()) => tranches::lire(v, colonne),
        Some(v) => faits(pack, v, colonne),
        None => Ok(Arc::clone(colonne.tableau())),
    }
}

fn faits(pack: &Pack, variable: &Variable, colonne: &Colonne) -> Result<ArrayRef, ErreurTable> {
    Ok(match variable.ty {
        Type::Num(u) if u.is_money() => Arc::new(colonne.montant()?),
        Type::Num(_) | Type::Literal => Arc::new(colonne.nombres_flottants()?),
        Type::Bool => Arc::new(colonne.booleens()?),
        // The latest day of all stands for « known to be none ».
        Type::Date { absent_possible } => Arc::new(colonne.jours_ou(absent_possible.then_some(i32::MAX))?),
        Type::Code(liste) => {
            let Some(liste) = pack.vocabulary.lists.get(liste) else { return Ok(Arc::clone(colonne.tableau())) };
            let permis: Vec<String> = liste.written.iter().flat_map(|w| w.split(' ')).map(str::to_owned).collect();
            let positions = colonne.positions(|code| liste.index_written(code), &permis)?;
            #[expect(clippy::cast_possible_truncation, reason = "a closed list has 64 codes at most")]
            let cles: Int8Array = positions.into_iter().map(|p| p.map(|p| p as i8)).collect();
            // The same words in every batch: the engine looks each of them up once.
            let mots: StringArray = (0..liste.codes.len()).map(|p| mot(liste, p)).collect();
            Arc::new(DictionaryArray::try_new(cles, Arc::new(mots)).map_err(|_| ErreurTable::Manquante { lieu: colonne.lieu(0) })?)
        }
    })
}

/// One way to write a code that is read back as it.
fn mot(liste: &CodeList, position: usize) -> Option<&str> {
    let ecrits = liste.written.get(position).into_iter().flat_map(|w| w.split(' '));
    ecrits.chain(liste.codes.get(position).map(String::as_str)).find(|m| liste.index_written(m) == Some(position))
}

/// Whole numbers, or text without surrounding spaces; an empty key is refused.
fn cle(colonne: &Colonne) -> Result<ArrayRef, ErreurTable> {
    let cles: ArrayRef = match colonne.tableau().data_type() {
        // 64 bits without sign may not fit: as text then.
        t if t.is_integer() && *t != DataType::UInt64 => {
            cast(colonne.tableau(), &DataType::Int64).map_err(|_| ErreurTable::Manquante { lieu: colonne.lieu(0) })?
        }
        _ => Arc::new(colonne.sans_marques()?.code(None)?),
    };
    match (0..cles.len()).find(|i| cles.is_null(*i)) {
        Some(i) => Err(ErreurTable::Manquante { lieu: colonne.lieu(i) }),
        None => Ok(cles),
    }
}

/// A key column, for comparisons across tables.
pub(crate) enum Cles {
    Entiers(arrow::array::Int64Array),
    Textes(arrow::array::StringArray),
}

/// One key.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
pub(crate) enum Cle<'a> {
    Entier(i64),
    Texte(&'a str),
}

impl Cles {
    /// The key column of a table; as text when `en_texte`.
    pub(crate) fn de(table: &Table, colonne: &str, en_texte: bool) -> Self {
        let tableau = table.lot.column_by_name(colonne).cloned().unwrap_or_else(|| arrow::array::new_empty_array(&DataType::Utf8));
        match tableau.data_type() {
            DataType::Int64 if !en_texte => Self::Entiers(tableau.as_primitive::<Int64Type>().clone()),
            // Whole numbers and text always become text.
            _ => Self::Textes(cast(&tableau, &DataType::Utf8).map_or_else(|_| Vec::<&str>::new().into(), |t| t.as_string::<i32>().clone())),
        }
    }

    /// Whether the keys are whole numbers.
    pub(crate) fn entieres(table: &Table, colonne: &str) -> bool {
        table.lot.column_by_name(colonne).is_some_and(|c| *c.data_type() == DataType::Int64)
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Entiers(c) => c.len(),
            Self::Textes(c) => c.len(),
        }
    }

    /// One of them.
    pub(crate) fn get(&self, i: usize) -> Cle<'_> {
        match self {
            Self::Entiers(c) => Cle::Entier(c.value(i)),
            Self::Textes(c) => Cle::Texte(c.value(i)),
        }
    }
}
