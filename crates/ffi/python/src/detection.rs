//! `recours.Detection`: what the host found, what ran, and where it was written.

use std::path::PathBuf;

use pyo3::prelude::*;

use crate::arguments::chemin_python;
use crate::table::Table;

/// What :meth:`Mission.detect` found. Immutable.
///
/// Examples
/// --------
/// >>> found = recours.Mission("demo/mission.toml").detect()
/// >>> found.findings.column_names[:4]
/// ['unit', 'unit_kind', 'kind', 'right']
#[pyclass(frozen, module = "recours")]
pub struct Detection {
    pub(crate) findings: Py<Table>,
    pub(crate) recu: String,
    pub(crate) resume: String,
    pub(crate) fichier: PathBuf,
}

#[pymethods]
impl Detection {
    /// The findings, a :class:`Table`.
    ///
    /// ``unit`` (16 bytes), ``unit_kind``, ``kind`` (``non_recours`` or ``rupture``), ``right``, ``rule``, ``certainty``
    /// (``certain``, ``probable``, ``possible``), ``types``, ``stage``, ``deadline`` and ``date_utile`` (days), ``unmet``.
    ///
    /// Examples
    /// --------
    /// >>> len(recours.Mission("demo/mission.toml").detect().findings) > 0
    /// True
    #[getter]
    fn findings(&self, py: Python<'_>) -> Py<Table> {
        self.findings.clone_ref(py)
    }

    /// What ran: hashes and counts, never a value. The content of ``receipt.json`` as a new ``dict``.
    ///
    /// Examples
    /// --------
    /// >>> isinstance(recours.Mission("demo/mission.toml").detect().receipt, dict)
    /// True
    #[getter]
    fn receipt<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.recu.as_str(),))
    }

    /// The summary that ``recours detect`` prints, in French.
    ///
    /// Examples
    /// --------
    /// >>> recours.Mission("demo/mission.toml").detect().summary != ""
    /// True
    #[getter]
    fn summary(&self) -> &str {
        &self.resume
    }

    /// The ``findings.parquet`` that was written, for :meth:`Mission.explain` and :meth:`Mission.outreach`.
    ///
    /// Examples
    /// --------
    /// >>> recours.Mission("demo/mission.toml").detect().path.name
    /// 'findings.parquet'
    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        chemin_python(py, &self.fichier)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<recours.Detection {} findings>", self.findings.bind(py).len()?))
    }
}
