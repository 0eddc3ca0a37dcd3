//! `recours.Rules`: rules read, checked and dated; rights of people who are known.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use recours::integration::Regles;

use crate::arguments::{Jour, date_python};
use crate::table::Table;
use crate::travail::Travail;

/// A rule pack, read, checked, and put at a day. Immutable; may be used by several threads at once.
///
/// Parameters
/// ----------
/// path : str or os.PathLike
///     Folder of the pack, as ``rules/fr``.
/// on : datetime.date or str
///     The day of the evaluation, ``AAAA-MM-JJ``. Its month is M; ages are taken on its first day.
/// overlay : str or os.PathLike, optional
///     A file that replaces parameters, windows and clauses by name.
///
/// Raises
/// ------
/// RulesError
///     The rules have faults; ``file``, ``line`` and ``column`` are those of the first, the message shows all.
/// UsageError
///     ``E-PYTHON-007``: ``on`` is not a day.
/// RefusedInput
///     The folder cannot be read.
///
/// Examples
/// --------
/// >>> rules = recours.Rules("rules/fr", on="2026-10-01")
/// >>> rules.day
/// datetime.date(2026, 10, 1)
/// >>> recours.Rules("rules/fr", on="2026-13-01")
/// Traceback (most recent call last):
/// recours.UsageError: erreur E-PYTHON-007 : on : date du calendrier attendue, AAAA-MM-JJ.
///   → Donnez un texte comme "2026-10-01", ou un datetime.date.
#[pyclass(frozen, module = "recours")]
pub struct Rules(Arc<Regles>);

#[pymethods]
impl Rules {
    #[new]
    #[pyo3(signature = (path, *, on, overlay=None))]
    fn creer(py: Python<'_>, path: PathBuf, on: Jour, overlay: Option<PathBuf>) -> PyResult<Self> {
        Travail::default().mener(py, None, move |_| Regles::charger(&path, overlay.as_deref(), on.0)).map(Self::de)
    }

    /// The French rule pack that ships inside the wheel, at a day. Same parameters and errors as the class.
    ///
    /// Examples
    /// --------
    /// >>> rules = recours.Rules.builtin(on="2026-10-01")
    /// >>> rules.fingerprint == recours.Rules("rules/fr", on="2026-10-01").fingerprint
    /// True
    #[staticmethod]
    #[pyo3(signature = (*, on))]
    fn builtin(py: Python<'_>, on: Jour) -> PyResult<Self> {
        Travail::default().mener(py, None, move |_| Regles::integrees(on.0)).map(Self::de)
    }

    /// The day of the evaluation, a ``datetime.date``.
    ///
    /// Examples
    /// --------
    /// >>> recours.Rules.builtin(on=datetime.date(2026, 10, 1)).day.isoformat()
    /// '2026-10-01'
    #[getter]
    fn day<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date_python(py, self.0.jour())
    }

    /// BLAKE3 hash of the rule files, 64 hexadecimal digits: the one that missions sign.
    ///
    /// Examples
    /// --------
    /// >>> len(recours.Rules.builtin(on="2026-10-01").fingerprint)
    /// 64
    #[getter]
    fn fingerprint(&self) -> &str {
        self.0.empreinte()
    }

    /// The rights that the rules know.
    ///
    /// Returns
    /// -------
    /// Table
    ///     One row a right: ``right``, ``label``, ``kind`` (``droit`` or ``rupture``), ``unit`` (``personne`` or ``foyer``), ``body`` that
    ///     pays, ``rule`` (id@version), ``source`` (its article).
    ///
    /// Examples
    /// --------
    /// >>> rights = polars.DataFrame(recours.Rules.builtin(on="2026-10-01").rights())
    /// >>> rights.filter(polars.col("right") == "rsa")["unit"].to_list()
    /// ['foyer']
    fn rights(&self, py: Python<'_>) -> PyResult<Table> {
        let regles = Arc::clone(&self.0);
        Travail::default().mener(py, None, move |_| regles.droits()).map(Table::nouvelle)
    }

    /// The columns that :meth:`evaluate` reads, and the rights that need each.
    ///
    /// Returns
    /// -------
    /// Table
    ///     One row a column: ``column``, ``table`` (``persons`` or ``households``), ``type`` (``number``, ``boolean``, ``date``,
    ///     ``date_or_none``, ``code``), ``unit``, ``allowed`` (codes of a closed list), ``holders`` (bodies that hold it), ``rights``.
    ///
    /// Examples
    /// --------
    /// >>> needs = polars.DataFrame(recours.Rules.builtin(on="2026-10-01").needs())
    /// >>> sorted(needs["table"].unique())
    /// ['households', 'persons']
    fn needs(&self, py: Python<'_>) -> PyResult<Table> {
        let regles = Arc::clone(&self.0);
        Travail::default().mener(py, None, move |_| regles.besoins()).map(Table::nouvelle)
    }

    /// Rights and amounts of known households: what ``recours evaluate`` writes, row for row.
    ///
    /// A missing column or a null is a fact that nobody knows, never a zero. A right already received answers ``acquis`` and
    /// nothing more, a right that is not open has no row.
    ///
    /// Parameters
    /// ----------
    /// persons : object with ``__arrow_c_stream__`` or ``__arrow_c_array__``
    ///     One row a person: ``person_id``, ``household_id`` and the columns of :meth:`needs`. Amounts in euros a month unless
    ///     the column says otherwise; days as dates or ``AAAA-MM-JJ``.
    /// households : same
    ///     One row a household: ``household_id`` and its columns.
    /// validation : bool
    ///     For reference data only, never for real people: one row for every unit and right, receipt ignored.
    /// progress : callable, optional
    ///     ``progress(step, done, total)``, called in this thread a few times a second; ``total`` may be ``None``. Answering
    ///     ``False`` stops the work; what it raises comes out of this call. Ctrl-C stops the work too.
    ///
    /// Returns
    /// -------
    /// Table
    ///     ``household_id``, ``person_id`` (null on rows of a household), ``right``, ``entitled`` (``oui``, ``inconnu``,
    ///     ``acquis``; ``non`` with ``validation``), ``amount_low`` and ``amount_high`` in euros per ``period``, ``missing``,
    ///     ``settle`` and the columns that a finding would have.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     A column or a cell cannot be read; ``file`` is ``persons`` or ``households``, ``column`` a name, ``line`` a row from 1.
    /// Interrupted
    ///     ``E-ARRET-001``: ``progress`` answered ``False``.
    ///
    /// Examples
    /// --------
    /// >>> rules = recours.Rules.builtin(on="2026-10-01")
    /// >>> people = polars.DataFrame({
    /// ...     "person_id": ["p1"], "household_id": ["h1"], "date_naissance": ["1980-05-02"], "role": ["demandeur"],
    /// ... })
    /// >>> homes = polars.DataFrame({"household_id": ["h1"], "recu_rsa": [0.0]})
    /// >>> answers = polars.DataFrame(rules.evaluate(people, homes))
    /// >>> answers.filter(polars.col("right") == "rsa")["entitled"].to_list()
    /// ['inconnu']
    #[pyo3(signature = (persons, households, validation=false, progress=None))]
    fn evaluate(
        &self,
        persons: &Bound<'_, PyAny>,
        households: &Bound<'_, PyAny>,
        validation: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let travail = Travail::default();
        let (personnes, foyers) = travail.foyers(persons, households)?;
        let regles = Arc::clone(&self.0);
        travail.mener(persons.py(), progress, move |p| regles.evaluer(personnes, foyers, validation, p)).map(Table::nouvelle)
    }

    /// Why one household has its answers, clause by clause, in French. **This text holds the household's values.**
    ///
    /// Parameters
    /// ----------
    /// persons, households, validation
    ///     As for :meth:`evaluate`.
    /// household : str
    ///     Its ``household_id``.
    /// rights : list of str, optional
    ///     These rights only.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     ``E-EVALUER-002``: no such household.
    /// UsageError
    ///     ``E-EVALUER-004``: no such right.
    ///
    /// Examples
    /// --------
    /// >>> rules = recours.Rules.builtin(on="2026-10-01")
    /// >>> people = polars.DataFrame({"person_id": ["p1"], "household_id": ["h1"], "age": [46]})
    /// >>> homes = polars.DataFrame({"household_id": ["h1"]})
    /// >>> print(rules.explain(people, homes, "h1", rights=["rsa"]).splitlines()[0][:8])
    /// Foyer h1
    #[pyo3(signature = (persons, households, household, rights=None, validation=false))]
    fn explain(
        &self,
        persons: &Bound<'_, PyAny>,
        households: &Bound<'_, PyAny>,
        household: String,
        rights: Option<Vec<String>>,
        validation: bool,
    ) -> PyResult<String> {
        let travail = Travail::default();
        let (personnes, foyers) = travail.foyers(persons, households)?;
        let regles = Arc::clone(&self.0);
        let droits = rights.unwrap_or_default();
        travail.mener(persons.py(), None, move |p| regles.expliquer(personnes, foyers, &household, &droits, validation, p))
    }

    fn __repr__(&self) -> String {
        let jour = recours_rules::date::format(self.0.jour());
        format!("<recours.Rules {} at {jour}>", self.0.empreinte().get(..12).unwrap_or_default())
    }
}

impl Rules {
    fn de(regles: Regles) -> Self {
        Self(Arc::new(regles))
    }
}
