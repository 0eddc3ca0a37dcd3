//! Which columns of a table are read, and what each becomes.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array, Float64Array, StringArray, StringBuilder};
use arrow::compute::concat;
use recours_tables::colonne::date_iso;
use recours_tables::proches::noms_proches;
use recours_tables::{Colonne, DateLue, ErreurTable, Lecteur, Lot, Origine};

use super::{Demande, Releve};
use crate::mission::serie::{MOIS, remplir};
use crate::mission::{Genre, TableSource, Traduction, colonne_de_serie};

/// A wanted column: its name in the vocabulary, its name in the file, and its conversion.
pub(super) struct Voulue<'t> {
    pub nom: String,
    pub colonne: String,
    genre: &'t Genre,
    traduction: Option<&'t Traduction>,
    /// From a `{mm}` mapping: its absence from the file is not an error by itself.
    de_serie: bool,
}

/// The wanted columns of a table; the mapping's others go to the report.
pub(super) fn voulues<'t>(table: &'t TableSource, demande: &Demande<'t>, releve: &mut Releve) -> Vec<Voulue<'t>> {
    let mut sortie = Vec::new();
    let mut offrir = |nom: String, colonne: String, variable: &str, de_serie: bool| {
        let trouvee = demande.vocabulaire.variable(variable).or_else(|| demande.vocabulaire.de_colonne(variable));
        match trouvee {
            Some(v) if demande.voulues.contains(&nom) => {
                sortie.push(Voulue { nom, colonne, genre: &v.genre, traduction: table.traduction(variable), de_serie })
            }
            // Unknown names were refused before; what is left is known and not needed.
            _ => releve.abandonnees.push(nom),
        }
    };
    for c in &table.colonnes {
        if c.est_serie() {
            for k in 0..MOIS {
                offrir(colonne_de_serie(&c.variable, k), remplir(&c.colonne, k), &c.variable, true);
            }
        } else {
            offrir(c.variable.clone(), c.colonne.clone(), &c.variable, false);
        }
    }
    sortie
}

/// Opens each file of a table on the key, `autres` and the wanted columns. Months of a `{mm}` mapping that
/// the first file has not are taken out of `voulues` and reported, unless none of them is there.
pub(super) fn ouvrir(
    fichiers: &[Origine],
    autres: &[&str],
    voulues: &mut Vec<Voulue<'_>>,
    releve: &mut Releve,
) -> Result<Vec<Lecteur>, ErreurTable> {
    let mut lecteurs = fichiers.iter().map(Origine::ouvrir).collect::<Result<Vec<_>, _>>()?;
    if let Some(premier) = lecteurs.first() {
        retirer_mois_absents(premier, voulues, releve)?;
    }
    let mut noms: Vec<&str> = autres.to_vec();
    noms.extend(voulues.iter().map(|v| v.colonne.as_str()));
    lecteurs = lecteurs.into_iter().map(|l| l.projeter(&noms)).collect::<Result<Vec<_>, _>>()?;
    Ok(lecteurs)
}

fn retirer_mois_absents(lecteur: &Lecteur, voulues: &mut Vec<Voulue<'_>>, releve: &mut Releve) -> Result<(), ErreurTable> {
    let serie_de = |nom: &str| nom.rsplit_once("_m").map_or(nom, |(serie, _)| serie).to_owned();
    let presentes: Vec<String> = voulues.iter().filter(|v| v.de_serie && lecteur.contient(&v.colonne)).map(|v| serie_de(&v.nom)).collect();
    if let Some(v) = voulues.iter().find(|v| v.de_serie && !presentes.contains(&serie_de(&v.nom))) {
        let schema = lecteur.schema();
        return Err(ErreurTable::ColonneAbsente {
            fichier: lecteur.fichier().to_path_buf(),
            colonne: v.colonne.clone(),
            proches: noms_proches(&v.colonne, schema.fields().iter().map(|c| c.name().as_str())),
        });
    }
    voulues.retain(|v| {
        let garder = !v.de_serie || lecteur.contient(&v.colonne);
        if !garder {
            releve.mois_absents.push(v.nom.clone());
        }
        garder
    });
    Ok(())
}

/// The wanted columns of a table as they are read, batch after batch.
pub(super) struct Recueil<'t> {
    voulues: Vec<Voulue<'t>>,
    morceaux: Vec<Vec<ArrayRef>>,
}

impl<'t> Recueil<'t> {
    pub fn nouveau(voulues: Vec<Voulue<'t>>) -> Self {
        let morceaux = voulues.iter().map(|_| Vec::new()).collect();
        Self { voulues, morceaux }
    }

    pub fn ajouter(&mut self, lot: &Lot) -> Result<(), ErreurTable> {
        for (voulue, morceaux) in self.voulues.iter().zip(&mut self.morceaux) {
            morceaux.push(convertir(&lot.colonne(&voulue.colonne)?, voulue.genre, voulue.traduction)?);
        }
        Ok(())
    }

    /// Name and whole column, one at a time so that the pieces of one are freed before the next.
    pub fn colonnes(self, fichier: &Path) -> impl Iterator<Item = Result<(String, ArrayRef), ErreurTable>> {
        std::iter::zip(self.voulues, self.morceaux).map(move |(voulue, morceaux)| {
            let entiere = match morceaux.is_empty() {
                true => vide(voulue.genre),
                false => reunir(&morceaux, fichier)?,
            };
            Ok((voulue.nom, entiere))
        })
    }
}

/// One array from the pieces of a column.
pub(super) fn reunir<A: AsRef<dyn Array>>(morceaux: &[A], fichier: &Path) -> Result<ArrayRef, ErreurTable> {
    let vues: Vec<&dyn Array> = morceaux.iter().map(AsRef::as_ref).collect();
    concat(&vues).map_err(|_| ErreurTable::TropGrand { fichier: fichier.to_path_buf() })
}

/// A column of no row.
fn vide(genre: &Genre) -> ArrayRef {
    match genre {
        Genre::Montant | Genre::Nombre => Arc::new(Float64Array::from(Vec::<f64>::new())),
        Genre::Booleen => Arc::new(BooleanArray::from(Vec::<bool>::new())),
        Genre::Date { absent_possible: false } => Arc::new(Date32Array::from(Vec::<i32>::new())),
        Genre::Date { absent_possible: true } | Genre::Code { .. } => Arc::new(StringArray::from(Vec::<&str>::new())),
    }
}

/// A file's column in the vocabulary's type.
pub(super) fn convertir(colonne: &Colonne, genre: &Genre, traduction: Option<&Traduction>) -> Result<ArrayRef, ErreurTable> {
    let traduite;
    let colonne = match traduction {
        None => colonne,
        Some(t) => {
            traduite = colonne.traduite(|code| t.traduire(code), || t.connus())?;
            &traduite
        }
    };
    Ok(match genre {
        Genre::Montant => {
            let centimes = colonne.montant_centimes()?;
            Arc::new(centimes.into_iter().map(|c| c.map(euros)).collect::<Float64Array>())
        }
        Genre::Nombre => Arc::new(Float64Array::from(colonne.nombre()?)),
        Genre::Booleen => Arc::new(BooleanArray::from(colonne.booleen()?)),
        Genre::Date { absent_possible: false } => Arc::new(Date32Array::from(colonne.date()?)),
        Genre::Date { absent_possible: true } => Arc::new(dates_ou_aucune(&colonne.date_ou_aucune()?)),
        Genre::Code { permis } => Arc::new(colonne.codes(|code| genre.permet(code), permis)?),
    })
}

/// Euros of an amount in cents: the float nearest to the decimal amount.
pub(super) fn euros(centimes: i64) -> f64 {
    centimes as f64 / 100.0
}

/// ISO text, because date32 has no way to say « known to be none ».
fn dates_ou_aucune(dates: &[DateLue]) -> StringArray {
    let mut sortie = StringBuilder::with_capacity(dates.len(), dates.len() * 10);
    for date in dates {
        match date {
            DateLue::Inconnue => sortie.append_null(),
            DateLue::Aucune => sortie.append_value(""),
            DateLue::Jour(jours) => sortie.append_value(date_iso(*jours)),
        }
    }
    sortie.finish()
}
