//! What concerns the whole process: threads, the passphrase of its role; and the demo.

#[cfg(feature = "complet")]
use std::path::PathBuf;

use pyo3::prelude::*;

use crate::arguments::Secret;
use crate::travail::Travail;

/// Number of threads that the engine uses in this process; every core unless told. To be called before any other function.
///
/// Raises
/// ------
/// UsageError
///     ``count`` is zero, or the engine has already started.
///
/// Examples
/// --------
/// >>> recours.threads(0)
/// Traceback (most recent call last):
///     ...
/// recours.UsageError: ...
#[pyfunction]
pub fn threads(py: Python<'_>, count: usize) -> PyResult<()> {
    Travail::default().mener(py, None, move |_| recours::integration::fils(count))
}

/// The passphrase under which this process's role keeps its keys, from a file. Never the passphrase itself.
///
/// Parameters
/// ----------
/// source : str, os.PathLike or int
///     A file that only this user can read, or the number of an open file descriptor.
///
/// Raises
/// ------
/// RefusedInput
///     The file cannot be read or is empty.
///
/// Examples
/// --------
/// >>> recours.passphrase("no/such/file")
/// Traceback (most recent call last):
///     ...
/// recours.RefusedInput: ...
#[pyfunction]
pub fn passphrase(py: Python<'_>, source: Secret) -> PyResult<()> {
    let fichier = source.chemin();
    Travail::default().mener(py, None, move |_| recours::integration::donner_phrase(&fichier))
}

/// Invents a département, and does the whole job: seal, link, detect, list, open. What ``recours demo`` does.
///
/// Parameters
/// ----------
/// persons : int
///     People to invent, up to some millions.
/// seed : int
///     Same seed, same people.
/// out : str or os.PathLike
///     A folder to make.
/// progress : callable, optional
///     As for :meth:`Rules.evaluate`.
///
/// Returns
/// -------
/// str
///     The summary, in French, with where to look.
///
/// Examples
/// --------
/// >>> summary = recours.demo(400, seed=7, out="another")
#[cfg(feature = "complet")]
#[pyfunction]
#[pyo3(signature = (persons, seed, out, progress=None))]
pub fn demo(py: Python<'_>, persons: u32, seed: u64, out: PathBuf, progress: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    Travail::default().mener(py, progress, move |p| recours::integration::inventer(persons, seed, &out, p))
}
