//! Arrow IPC: the file form (`ARROW1`, which Feather version 2 is too) and the stream form.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;
use std::sync::Arc;

use ::arrow::array::RecordBatch;
use ::arrow::error::ArrowError;
use ::arrow_ipc::reader::{FileReader, StreamReader};

use super::arrow_examen::examiner;
use super::{FluxDeLots, Format, Lecteur, Source, abime};
use crate::erreur::ErreurTable;

struct SourceIpc {
    nom: Arc<Path>,
    fichier: File,
    en_fichier: bool,
}

pub(super) fn ouvrir(nom: Arc<Path>, mut fichier: File) -> Result<Lecteur, ErreurTable> {
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    let entree = |e: std::io::Error| match e.kind() {
        InvalidData | UnexpectedEof => abime(&nom, Format::ArrowIpc),
        _ => ErreurTable::de_lecture(&nom, &e),
    };
    let faute = |_: ArrowError| abime(&nom, Format::ArrowIpc);
    let examen = examiner(&mut fichier).map_err(entree)?;
    fichier.rewind().map_err(entree)?;
    let schema = if examen.en_fichier {
        FileReader::try_new_buffered(&fichier, None).map_err(faute)?.schema()
    } else {
        StreamReader::try_new_buffered(&fichier, None).map_err(faute)?.schema()
    };
    fichier.rewind().map_err(entree)?;
    let source = SourceIpc { nom: Arc::clone(&nom), fichier, en_fichier: examen.en_fichier };
    Ok(Lecteur::nouveau(nom, Format::ArrowIpc, schema, Some(examen.lignes), Box::new(source)))
}

impl Source for SourceIpc {
    fn lots(self: Box<Self>, positions: Vec<usize>, _taille: usize) -> Result<FluxDeLots, ErreurTable> {
        let Self { nom, fichier, en_fichier } = *self;
        let lecture = BufReader::new(fichier);
        let faute = move |_: ArrowError| abime(&nom, Format::ArrowIpc);
        let lots: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send> = if en_fichier {
            Box::new(FileReader::try_new(lecture, Some(positions)).map_err(&faute)?)
        } else {
            Box::new(StreamReader::try_new(lecture, Some(positions)).map_err(&faute)?)
        };
        Ok(Box::new(lots.map(move |lot| lot.map_err(&faute))))
    }
}
