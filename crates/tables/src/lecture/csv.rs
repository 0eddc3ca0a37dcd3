//! CSV: every column is text; types are the consumer's business.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use ::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use ::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use ::csv::{ByteRecord, Reader, ReaderBuilder};

use super::csv_encodage::TexteUtf8;
use super::csv_examen::{Examen, examiner};
use super::{FluxDeLots, Format, Lecteur, Source, abime};
use crate::erreur::ErreurTable;

struct SourceCsv {
    nom: Arc<Path>,
    fichier: File,
    examen: Examen,
    schema: SchemaRef,
}

pub(super) fn ouvrir(nom: Arc<Path>, mut fichier: File) -> Result<Lecteur, ErreurTable> {
    let examen = examiner(&nom, &mut fichier)?;
    let mut entete = ByteRecord::new();
    lecteur_csv(&nom, &fichier, examen)?.read_byte_record(&mut entete).map_err(|_| abime(&nom, Format::Csv))?;
    let champs: Vec<Field> = entete.iter().map(|octets| Field::new(String::from_utf8_lossy(octets).trim(), DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(champs));
    let source = SourceCsv { nom: Arc::clone(&nom), fichier, examen, schema: Arc::clone(&schema) };
    Ok(Lecteur::nouveau(nom, Format::Csv, schema, Some(examen.lignes), Box::new(source)))
}

type FluxTexte<F> = Reader<Box<TexteUtf8<F>>>;

/// A reader placed on the header, giving UTF-8 whatever the file's encoding.
fn lecteur_csv<F: Read + Seek>(nom: &Path, mut fichier: F, examen: Examen) -> Result<FluxTexte<F>, ErreurTable> {
    fichier.seek(SeekFrom::Start(examen.entete as u64)).map_err(|e| ErreurTable::de_lecture(nom, &e))?;
    let texte = TexteUtf8::nouveau(fichier, examen.encodage);
    Ok(ReaderBuilder::new().delimiter(examen.separateur).has_headers(false).flexible(true).from_reader(Box::new(texte)))
}

impl Source for SourceCsv {
    fn lots(self: Box<Self>, positions: Vec<usize>, taille: usize) -> Result<FluxDeLots, ErreurTable> {
        let Self { nom, fichier, examen, schema } = *self;
        let mut lecteur = lecteur_csv(&nom, fichier, examen)?;
        let mut rangee = ByteRecord::new();
        lecteur.read_byte_record(&mut rangee).map_err(|_| abime(&nom, Format::Csv))?;
        let colonnes = schema.fields().len();
        let champs: Vec<_> = positions.iter().map(|p| Arc::clone(&schema.fields()[*p])).collect();
        let projete = Arc::new(Schema::new(champs));
        let mut ligne = 0_u64;
        let mut fini = false;
        Ok(Box::new(std::iter::from_fn(move || {
            if fini {
                return None;
            }
            let lot = lire_lot(&nom, &mut lecteur, &mut rangee, &positions, colonnes, taille, &mut ligne)
                .and_then(|(tableaux, lignes)| assembler(&nom, &projete, tableaux, lignes));
            match &lot {
                Ok(l) if l.num_rows() == 0 => {
                    fini = true;
                    return None;
                }
                Ok(_) => {}
                Err(_) => fini = true,
            }
            Some(lot)
        })))
    }
}

fn lire_lot<F: Read>(
    nom: &Path,
    lecteur: &mut FluxTexte<F>,
    rangee: &mut ByteRecord,
    positions: &[usize],
    colonnes: usize,
    taille: usize,
    ligne: &mut u64,
) -> Result<(Vec<ArrayRef>, usize), ErreurTable> {
    let mut textes: Vec<StringBuilder> = positions.iter().map(|_| StringBuilder::new()).collect();
    let mut lues = 0;
    let mut octets = 0_usize;
    // A batch also stops at 1 GiB of text, half of what its offsets can address.
    while lues < taille && octets < 1 << 30 {
        let encore = lecteur.read_byte_record(rangee).map_err(|e| match e.into_kind() {
            ::csv::ErrorKind::Io(e) => ErreurTable::de_lecture(nom, &e),
            _ => abime(nom, Format::Csv),
        })?;
        if !encore {
            break;
        }
        *ligne += 1;
        lues += 1;
        if rangee.len() != colonnes {
            return Err(ErreurTable::NombreDeChamps { fichier: nom.to_path_buf(), ligne: *ligne, attendu: colonnes, trouve: rangee.len() });
        }
        octets += rangee.as_slice().len();
        for (texte, position) in textes.iter_mut().zip(positions) {
            let champ = rangee.get(*position).unwrap_or_default();
            // The first pass has checked the encoding: this can only fail if the file changed meanwhile.
            texte.append_value(std::str::from_utf8(champ).map_err(|_| abime(nom, Format::Csv))?);
        }
    }
    let tableaux = textes.into_iter().map(|mut t| Arc::new(t.finish()) as ArrayRef).collect();
    Ok((tableaux, lues))
}

fn assembler(nom: &Path, schema: &SchemaRef, tableaux: Vec<ArrayRef>, lignes: usize) -> Result<RecordBatch, ErreurTable> {
    let options = RecordBatchOptions::new().with_row_count(Some(lignes));
    RecordBatch::try_new_with_options(Arc::clone(schema), tableaux, &options).map_err(|_| abime(nom, Format::Csv))
}
