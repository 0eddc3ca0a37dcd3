//! Tables that a program hands over in memory, as an Arrow stream.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::arrow::array::RecordBatchReader;
use ::arrow::datatypes::SchemaRef;
use ::arrow::error::ArrowError;

use super::{FluxDeLots, Format, Lecteur, Source};
use crate::erreur::ErreurTable;

/// An Arrow stream: its schema is known, its batches come once.
pub type Flux = Box<dyn RecordBatchReader + Send>;

/// A table in memory, under the name that errors give it. It may be looked at as often as wanted, and read once.
pub struct TableMemoire {
    nom: Arc<Path>,
    schema: SchemaRef,
    flux: Arc<Mutex<Option<Flux>>>,
}

// A derived Debug might print rows.
impl std::fmt::Debug for TableMemoire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableMemoire").field("nom", &self.nom).finish_non_exhaustive()
    }
}

impl TableMemoire {
    /// Names a stream.
    pub fn nouvelle(nom: impl AsRef<Path>, flux: Flux) -> Self {
        Self { nom: nom.as_ref().into(), schema: flux.schema(), flux: Arc::new(Mutex::new(Some(flux))) }
    }

    /// Its name.
    pub fn nom(&self) -> &Path {
        &self.nom
    }

    /// Its columns; no row is read.
    pub(super) fn ouvrir(&self) -> Lecteur {
        let source = SourceMemoire { nom: Arc::clone(&self.nom), flux: Arc::clone(&self.flux) };
        Lecteur::nouveau(Arc::clone(&self.nom), Format::Memoire, Arc::clone(&self.schema), None, Box::new(source))
    }
}

struct SourceMemoire {
    nom: Arc<Path>,
    flux: Arc<Mutex<Option<Flux>>>,
}

impl Source for SourceMemoire {
    fn lots(self: Box<Self>, positions: Vec<usize>, _taille: usize) -> Result<FluxDeLots, ErreurTable> {
        let Self { nom, flux } = *self;
        let flux = flux.lock().unwrap_or_else(PoisonError::into_inner).take();
        let flux = flux.ok_or_else(|| ErreurTable::DejaLu { fichier: nom.to_path_buf() })?;
        let schema = flux.schema();
        // What the producer says of its fault might quote a value: only that there is one, and where, is kept.
        Ok(Box::new(flux.enumerate().map(move |(rang, lot)| {
            let interrompu = |_: ArrowError| ErreurTable::Interrompu { fichier: nom.to_path_buf(), lot: rang as u64 + 1 };
            let lot = lot.map_err(interrompu)?;
            if lot.schema_ref().fields() != schema.fields() {
                return Err(ErreurTable::Interrompu { fichier: nom.to_path_buf(), lot: rang as u64 + 1 });
            }
            lot.project(&positions).map_err(interrompu)
        })))
    }
}
