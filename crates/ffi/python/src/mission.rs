//! `recours.Mission`: what each role of a mission does.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatchIterator;
use arrow::datatypes::Schema;
use pyo3::prelude::*;
#[cfg(feature = "complet")]
use pyo3::types::PyDict;
use pyo3::types::PyList;
#[cfg(feature = "complet")]
use recours::integration::Origine;
use recours::integration::{Chantier, Flux};

#[cfg(feature = "complet")]
use crate::arguments::Secret;
use crate::arguments::chemin_python;
use crate::detection::Detection;
use crate::table::Table;
use crate::travail::Travail;

/// A mission, read from its ``mission.toml`` and checked. Immutable; may be used by several threads at once.
///
/// Paths inside the mission are relative to its file. Where ``out`` may be left out, results go where the command line puts
/// them, and appear whole or not at all.
///
/// Parameters
/// ----------
/// path : str or os.PathLike
///     The ``mission.toml``.
///
/// Raises
/// ------
/// RulesError
///     The mission or its rules have faults.
/// RefusedInput
///     The file cannot be read.
///
/// Examples
/// --------
/// >>> mission = recours.Mission("demo/mission.toml")
/// >>> mission.bodies
/// ['caf', 'msa', 'cpam', 'carsat', 'france_travail', 'departement']
#[pyclass(frozen, module = "recours")]
pub struct Mission(Arc<Chantier>);

#[pymethods]
impl Mission {
    #[new]
    fn creer(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Travail::default().mener(py, None, move |_| Chantier::ouvrir(&path)).map(|chantier| Self(Arc::new(chantier)))
    }

    /// The mission's name.
    ///
    /// Examples
    /// --------
    /// >>> isinstance(recours.Mission("demo/mission.toml").name, str)
    /// True
    #[getter]
    fn name(&self) -> &str {
        self.0.nom()
    }

    /// Identifiers of the bodies, in the mission's order.
    ///
    /// Examples
    /// --------
    /// >>> "caf" in recours.Mission("demo/mission.toml").bodies
    /// True
    #[getter]
    fn bodies(&self) -> Vec<String> {
        self.0.organismes()
    }

    /// The columns that each body must bring, no finer than the rules need.
    ///
    /// Returns
    /// -------
    /// Table
    ///     One row a body and column: ``body``, ``column``, ``grain`` (how coarse it is sent, a sentence), ``rights`` that need it.
    ///
    /// Examples
    /// --------
    /// >>> plan = polars.DataFrame(recours.Mission("demo/mission.toml").plan())
    /// >>> plan.filter(polars.col("body") == "caf").height > 0
    /// True
    fn plan(&self, py: Python<'_>) -> PyResult<Table> {
        let chantier = Arc::clone(&self.0);
        Travail::default().mener(py, None, move |_| chantier.plan()).map(Table::nouvelle)
    }

    /// At a body: turns its extract into tokens and attributes, encrypted for the linkage unit and for the host.
    ///
    /// Columns that no rule needs are left out, and the report names them.
    ///
    /// Parameters
    /// ----------
    /// body : str
    ///     One of :attr:`bodies`.
    /// tables : dict of str to Arrow object, optional
    ///     The body's tables in place of its files: by the name of the file that the mission gives, without folder and extension
    ///     (``"personnes"`` for ``extrait/personnes.parquet``), with the body's own column names.
    /// out : str or os.PathLike, optional
    ///     Folder of the delivery.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// str
    ///     The report, in French: counts, columns kept and left out.
    ///
    /// Raises
    /// ------
    /// UsageError
    ///     No such body or table.
    /// RefusedInput
    ///     A column is missing or cannot be read.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> report = mission.seal("cpam", out="sealed")
    #[cfg(feature = "complet")]
    #[pyo3(signature = (body, tables=None, out=None, progress=None))]
    fn seal(
        &self,
        py: Python<'_>,
        body: String,
        tables: Option<&Bound<'_, PyDict>>,
        out: Option<PathBuf>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let travail = Travail::default();
        let mut objets = Vec::new();
        for (nom, objet) in tables.into_iter().flatten() {
            objets.push((objet, nom.extract::<String>()?));
        }
        let noms: Vec<String> = objets.iter().map(|(_, nom)| nom.clone()).collect();
        let flux = noms.into_iter().zip(travail.plusieurs(py, &objets)?).collect();
        let chantier = Arc::clone(&self.0);
        travail.mener(py, progress, move |p| chantier.sceller(&body, flux, out.as_deref(), p))
    }

    /// At the linkage unit: tokens become handles. It sees no attribute.
    ///
    /// Parameters
    /// ----------
    /// out : str or os.PathLike, optional
    ///     Folder of the linkage.
    /// memory : int, optional
    ///     Bytes beyond which rows are put aside on the disk.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// str
    ///     The report, in French: counts of links.
    ///
    /// Examples
    /// --------
    /// >>> report = recours.Mission("demo/mission.toml").link(out="linked")
    #[cfg(feature = "complet")]
    #[pyo3(signature = (out=None, memory=None, progress=None))]
    fn link(&self, py: Python<'_>, out: Option<PathBuf>, memory: Option<u64>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let chantier = Arc::clone(&self.0);
        Travail::default().mener(py, progress, move |p| chantier.relier(out.as_deref(), memory, p))
    }

    /// At the host: rules over linked, nameless records.
    ///
    /// Parameters
    /// ----------
    /// out : str or os.PathLike, optional
    ///     Folder of ``findings.parquet``, ``receipt.json`` and the auditor's encrypted trace.
    /// memory : int, optional
    ///     Bytes not to exceed: people are judged in as many parts as that takes, one after the other.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// Detection
    ///     The findings, the receipt and a summary. Same bytes as ``recours detect``, whatever the threads.
    ///
    /// Raises
    /// ------
    /// RulesError
    ///     The rules are not those that were signed into the mission.
    /// RefusedInput
    ///     A delivery is missing, altered, or finer than the rules need.
    ///
    /// Examples
    /// --------
    /// >>> found = recours.Mission("demo/mission.toml").detect()
    /// >>> polars.DataFrame(found.findings)["kind"].unique().sort().to_list()
    /// ['non_recours', 'rupture']
    #[pyo3(signature = (out=None, memory=None, progress=None))]
    fn detect(
        &self,
        py: Python<'_>,
        out: Option<PathBuf>,
        memory: Option<u64>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Detection> {
        let chantier = Arc::clone(&self.0);
        let trouve = Travail::default().mener(py, progress, move |p| chantier.detecter(out.as_deref(), memory, p))?;
        let findings = Py::new(py, Table::nouvelle(trouve.reperages))?;
        Ok(Detection { findings, recu: trouve.recu, resume: trouve.resume, fichier: trouve.fichier })
    }

    /// At the host: the deliveries, opened and checked once, cut into parts in which every household is whole.
    ///
    /// The files hold nameless facts in clear, readable by this user only: delete them when the work is done.
    ///
    /// Parameters
    /// ----------
    /// parts : int
    ///     How many.
    /// out : str or os.PathLike
    ///     Folder of the parts.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// list of pathlib.Path
    ///     One file a part, for :meth:`detect_part`.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> parts = mission.split(3, out="parts")
    /// >>> found = mission.merge([mission.detect_part(part) for part in parts])
    /// >>> found.num_rows == mission.detect().findings.num_rows
    /// True
    #[pyo3(signature = (parts, out, progress=None))]
    fn split<'py>(
        &self,
        py: Python<'py>,
        parts: usize,
        out: PathBuf,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let chantier = Arc::clone(&self.0);
        let fichiers = Travail::default().mener(py, progress, move |p| chantier.decouper(parts, &out, p))?;
        fichiers.iter().map(|f| chemin_python(py, f)).collect()
    }

    /// What :meth:`detect_part` needs besides a part, on any machine: the mission, its public keys and its rules. None is secret.
    ///
    /// Returns
    /// -------
    /// list of pathlib.Path
    ///     Files; a copy must keep their places relative to the first, the mission's.
    ///
    /// Examples
    /// --------
    /// >>> [file.name for file in recours.Mission("demo/mission.toml").public_files()][:2]
    /// ['mission.toml', 'identifiants.toml']
    fn public_files<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let chantier = Arc::clone(&self.0);
        let fichiers = Travail::default().mener(py, None, move |_| chantier.fichiers_publics())?;
        fichiers.iter().map(|f| chemin_python(py, f)).collect()
    }

    /// Findings of one part of :meth:`split`, on any machine that has the mission with its rules and public keys. It needs no secret.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
    ///     The part; its signature by the host is checked, and that it is of this mission and these rules.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The columns of :attr:`Detection.findings`.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> [part] = mission.split(1, out="parts")
    /// >>> mission.detect_part(part).num_rows == mission.detect().findings.num_rows
    /// True
    #[pyo3(signature = (path, progress=None))]
    fn detect_part(&self, py: Python<'_>, path: PathBuf, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Table> {
        let chantier = Arc::clone(&self.0);
        Travail::default().mener(py, progress, move |p| chantier.detecter_partie(&path, p)).map(Table::nouvelle)
    }

    /// Findings of the rows of one part or several, given as a stream instead of files: each part whole, parts in any order.
    ///
    /// Only the rows' bond with the mission is checked, not who wrote them: prefer :meth:`detect_part` where files can be read.
    ///
    /// Parameters
    /// ----------
    /// rows : object with ``__arrow_c_stream__`` or ``__arrow_c_array__``
    ///     The rows of the files of :meth:`split`, with all their columns.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The columns of :attr:`Detection.findings`.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     ``E-PARTIE-001`` to ``003``: other rules, a part that is not whole, a body that did not deliver.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> [part] = mission.split(1, out="parts")
    /// >>> mission.detect_rows(polars.read_parquet(part)).num_rows == mission.detect_part(part).num_rows
    /// True
    #[pyo3(signature = (rows, progress=None))]
    fn detect_rows(&self, rows: &Bound<'_, PyAny>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Table> {
        let travail = Travail::default();
        let lignes = travail.flux(rows, "rows")?;
        let chantier = Arc::clone(&self.0);
        travail.mener(rows.py(), progress, move |p| chantier.detecter_lignes(lignes, p)).map(Table::nouvelle)
    }

    /// Findings of all parts as one table, in the order of ``findings.parquet``.
    ///
    /// Parameters
    /// ----------
    /// tables : list of Arrow objects, or one
    ///     What :meth:`detect_part` or :meth:`detect_rows` gave, in any order.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The rows that :meth:`detect` would write.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     ``E-PARTIE-004``: not findings, or the same part twice.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> found = mission.detect().findings
    /// >>> polars.DataFrame(mission.merge([found])).equals(polars.DataFrame(found))
    /// True
    fn merge(&self, tables: &Bound<'_, PyAny>) -> PyResult<Table> {
        let travail = Travail::default();
        let flux = match tables.cast::<PyList>() {
            Ok(liste) => {
                let objets: Vec<_> = liste.iter().enumerate().map(|(i, t)| (t, format!("tables[{i}]"))).collect();
                bout_a_bout(travail.plusieurs(tables.py(), &objets)?)
            }
            Err(_) => travail.flux(tables, "tables")?,
        };
        let chantier = Arc::clone(&self.0);
        travail.mener(tables.py(), None, move |_| chantier.reunir(flux)).map(Table::nouvelle)
    }

    /// Why a unit is among the findings, clause by clause, in French. **This text holds the values of its record.**
    ///
    /// Parameters
    /// ----------
    /// findings : str or os.PathLike
    ///     The ``findings.parquet`` of :meth:`detect`.
    /// unit : str or bytes
    ///     Its handle: 32 hexadecimal digits, or the 16 bytes of column ``unit``.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     The findings have no such unit, or it is not a handle.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> found = mission.detect()
    /// >>> text = mission.explain(found.path, polars.DataFrame(found.findings)["unit"][0])
    fn explain(&self, py: Python<'_>, findings: PathBuf, unit: Unite) -> PyResult<String> {
        let chantier = Arc::clone(&self.0);
        let hexa = unit.hexa();
        Travail::default().mener(py, None, move |p| chantier.expliquer(&findings, &hexa, p))
    }

    /// At the host: one body's list of its own rows, encrypted for that body.
    ///
    /// Parameters
    /// ----------
    /// body : str
    ///     The body that will open it.
    /// findings : str or os.PathLike, optional
    ///     A ``findings.parquet``; left out, the one that :meth:`detect` wrote.
    /// out : str or os.PathLike, optional
    ///     The list.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// str
    ///     The report, in French: counts only.
    ///
    /// Examples
    /// --------
    /// >>> report = recours.Mission("demo/mission.toml").outreach("caf", out="caf.age")
    #[pyo3(signature = (body, findings=None, out=None, progress=None))]
    fn outreach(
        &self,
        py: Python<'_>,
        body: String,
        findings: Option<PathBuf>,
        out: Option<PathBuf>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let chantier = Arc::clone(&self.0);
        Travail::default().mener(py, progress, move |p| chantier.lister(findings.as_deref(), &body, out.as_deref(), p))
    }

    /// At a body, at home: its list joined with its own register; pages to print.
    ///
    /// Parameters
    /// ----------
    /// list : str or os.PathLike
    ///     What :meth:`outreach` wrote for this body.
    /// register : str, os.PathLike or Arrow object
    ///     The body's own people: names, contacts, constraints.
    /// identity : str, os.PathLike or int
    ///     The body's key: its file, or the number of an open file descriptor. Never the key itself.
    /// out : str or os.PathLike
    ///     Folder of the pages.
    /// progress : callable, optional
    ///     As for :meth:`Rules.evaluate`.
    ///
    /// Returns
    /// -------
    /// str
    ///     The report, in French: counts only.
    ///
    /// Raises
    /// ------
    /// RefusedInput
    ///     The key is not the one for which the list was encrypted; the register has no such columns.
    ///
    /// Examples
    /// --------
    /// >>> mission = recours.Mission("demo/mission.toml")
    /// >>> report = mission.outreach("caf", out="for_caf.age")
    /// >>> report = mission.open("for_caf.age", "demo/bodies/caf/registre.parquet", "demo/bodies/caf/cle.age", "opened")
    #[cfg(feature = "complet")]
    #[pyo3(signature = (list, register, identity, out, progress=None))]
    fn open(
        &self,
        py: Python<'_>,
        list: PathBuf,
        register: &Bound<'_, PyAny>,
        identity: Secret,
        out: PathBuf,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let travail = Travail::default();
        let registre = match register.extract::<PathBuf>() {
            Ok(chemin) => Origine::from(chemin),
            Err(_) => Origine::memoire("register", travail.flux(register, "register")?),
        };
        let chantier = Arc::clone(&self.0);
        let cle = identity.chemin();
        travail.mener(py, progress, move |p| chantier.ouvrir_liste(&list, registre, &cle, &out, p))
    }

    fn __repr__(&self) -> String {
        format!("<recours.Mission {}>", self.0.nom())
    }
}

/// Several streams as one, with the columns of the first: the reader behind refuses a batch that has others.
fn bout_a_bout(flux: Vec<Flux>) -> Flux {
    let schema = flux.first().map_or_else(|| Arc::new(Schema::empty()), |premier| premier.schema());
    Box::new(RecordBatchIterator::new(flux.into_iter().flatten(), schema))
}

/// A handle, as written or as it stands in column `unit`.
#[derive(FromPyObject)]
enum Unite {
    Texte(String),
    Octets(Vec<u8>),
}

impl Unite {
    fn hexa(self) -> String {
        match self {
            Self::Texte(texte) => texte,
            Self::Octets(octets) => octets.iter().map(|o| format!("{o:02x}")).collect(),
        }
    }
}
