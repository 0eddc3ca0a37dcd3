//! `recours.Table`: rows in Arrow, kept, given as many times as asked.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator, StructArray};
use arrow::datatypes::{Field, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use recours::erreur::ErreurCommande;
use recours::integration::Flux;

use crate::travail::Travail;

/// Rows in Arrow, as every function of this module returns them. Immutable.
///
/// Hand it to any library that reads Arrow: ``polars.DataFrame(t)``, ``pyarrow.table(t)``, ``duckdb.from_arrow(t)``,
/// ``pandas.DataFrame.from_arrow(t)``. Nothing is copied, and a table may be handed over as often as wanted.
///
/// ``Table(data)`` keeps what ``data`` gives: any object with ``__arrow_c_stream__`` or ``__arrow_c_array__``. Use it to give a
/// stream, which can only be read once, to several functions.
///
/// Raises
/// ------
/// UsageError
///     ``E-PYTHON-001``: ``data`` is not an Arrow object.
/// RefusedInput
///     ``E-TABLE-027``: a stream that was already read; ``E-TABLE-028``: the source failed; ``E-PYTHON-003``: not a table.
///
/// Examples
/// --------
/// >>> people = recours.Table(polars.DataFrame({"person_id": ["p1", "p2"], "age": [31, 4]}))
/// >>> people
/// <recours.Table 2 rows: person_id, age>
/// >>> len(people), people.column_names
/// (2, ['person_id', 'age'])
#[pyclass(frozen, module = "recours")]
pub struct Table {
    schema: SchemaRef,
    lots: Arc<[RecordBatch]>,
}

impl Table {
    /// What the library answered.
    pub fn nouvelle(table: recours::integration::Table) -> Self {
        Self { schema: table.schema, lots: table.lots.into() }
    }

    /// The rows again, without copying them.
    pub fn flux(&self) -> Flux {
        let lots = Arc::clone(&self.lots);
        Box::new(RecordBatchIterator::new((0..lots.len()).map(move |i| Ok(lots[i].clone())), Arc::clone(&self.schema)))
    }

    fn lignes(&self) -> usize {
        self.lots.iter().map(RecordBatch::num_rows).sum()
    }
}

#[pymethods]
impl Table {
    #[new]
    fn creer(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let travail = Travail::default();
        let flux = travail.flux(data, "data")?;
        travail.mener(py, None, move |_| {
            let schema = flux.schema();
            let lots: Result<Vec<RecordBatch>, _> = flux.collect();
            // The stream has said why; this stands for one that did not.
            let lots = lots.map_err(|_| ErreurCommande::refus("E-TABLE-028", "data : le flux s'est rompu."))?;
            Ok(Self { schema, lots: lots.into() })
        })
    }

    /// Number of rows.
    ///
    /// Examples
    /// --------
    /// >>> recours.Table(polars.DataFrame({"age": [31, 4]})).num_rows
    /// 2
    #[getter]
    fn num_rows(&self) -> usize {
        self.lignes()
    }

    /// Names of the columns, in order.
    ///
    /// Examples
    /// --------
    /// >>> recours.Rules.builtin(on="2026-10-01").rights().column_names[:2]
    /// ['right', 'label']
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|c| c.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.lignes()
    }

    /// Names and number of rows, never a value: a notebook prints what it shows.
    fn __repr__(&self) -> String {
        format!("<recours.Table {} rows: {}>", self.lignes(), self.column_names().join(", "))
    }

    /// Arrow PyCapsule protocol: the type of the rows.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    /// Arrow PyCapsule protocol: a new stream over the rows, which share their buffers with this table.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let lots = Arc::clone(&self.lots);
        let tableaux = (0..lots.len()).map(move |i| Ok(Arc::new(StructArray::from(lots[i].clone())) as ArrayRef));
        let champ = Field::new_struct("", self.schema.fields().clone(), false).with_metadata(self.schema.metadata().clone());
        to_stream_pycapsule(py, Box::new(ArrayIterator::new(tableaux, Arc::new(champ))), requested_schema)
    }
}
