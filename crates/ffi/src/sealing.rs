//! Sealing, linking, opening a list at home. The host's library has none of it.

use std::ffi::c_char;

use arrow::ffi_stream::FFI_ArrowArrayStream;

use crate::error::RecoursError;
use crate::guard::guard;
use crate::mission::{RecoursMission, found, memory};
use crate::out::Place;
use crate::progress::{RecoursProgress, Telling};
use crate::status::RecoursStatus;
use crate::stream::{Fault, Inlet};
use crate::text::{give, list, optional_path, path, word};

/// A table given in memory in the place of a file.
#[cfg(feature = "complet")]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RecoursTable {
    /// Name of the file that it replaces, without its extension: "personnes" for "extrait/personnes.parquet".
    pub name: *const c_char,
    /// Its rows.
    pub stream: *mut FFI_ArrowArrayStream,
}

/// At a body: seals its extract. Identities become keyed tokens, columns that no rule needs stay. `tables_count` 0: the extract
/// is read from the mission's files; else `tables` replaces those that it names. `folder` NULL: where the mission puts
/// deliveries. Gives the French report of `recours seal` unless `out_report` is NULL.
///
/// # Safety
/// `body` and `folder` are NULL or texts ended by NUL. `tables` is NULL or points to `tables_count` tables, each with a name
/// ended by NUL and a stream, consumed and released by this call. `progress` is NULL or as RecoursProgress says. `out_report`
/// and `out_error` are NULL or can be written.
#[cfg(feature = "complet")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_seal(
    mission: *const RecoursMission,
    body: *const c_char,
    tables: *const RecoursTable,
    tables_count: usize,
    folder: *const c_char,
    progress: *const RecoursProgress,
    out_report: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    // SAFETY: the caller's promise.
    let taken = unsafe { take(tables, tables_count) };
    let work = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let body = unsafe { word(body, "body") }?;
        // SAFETY: the caller's promise.
        let folder = unsafe { optional_path(folder) };
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::wanted(out_report) };
        let fault = Fault::default();
        let mut named = Vec::new();
        for (name, stream) in taken? {
            // SAFETY: the caller vouches for each name.
            let name = unsafe { word(name, "name") }?;
            named.push((name.to_owned(), stream.named(name).open(&fault)?));
        }
        let report = mission.sceller(body, named, folder, &progress).map_err(|e| fault.rather_than(e.into()))?;
        if let Some(out) = out {
            out.put(give(&report));
        }
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, work) }
}

/// At the linkage unit: links the deliveries of all bodies under random handles. `folder` NULL: the mission's. `memory`: bytes
/// to keep to, 0 for no limit said. Gives the French report of `recours link` unless `out_report` is NULL.
///
/// # Safety
/// `folder` is NULL or a text ended by NUL. `progress` is NULL or as RecoursProgress says. `out_report` and `out_error` are NULL
/// or can be written.
#[cfg(feature = "complet")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_link(
    mission: *const RecoursMission,
    folder: *const c_char,
    memory: u64,
    progress: *const RecoursProgress,
    out_report: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let work = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let folder = unsafe { optional_path(folder) };
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::wanted(out_report) };
        let report = mission.relier(folder, self::memory(memory), &progress)?;
        if let Some(out) = out {
            out.put(give(&report));
        }
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, work) }
}

/// At a body: opens its list, and writes under `folder` the pages that its people read, with names from its own `register_file`.
/// `identity` is the path of the body's key, or "/dev/fd/N" for an open descriptor: no key is ever given as bytes. Gives the
/// French report of `recours open` unless `out_report` is NULL.
///
/// # Safety
/// `list`, `register_file`, `identity` and `folder` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says.
/// `out_report` and `out_error` are NULL or can be written.
#[cfg(feature = "complet")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_open_list(
    mission: *const RecoursMission,
    list: *const c_char,
    register_file: *const c_char,
    identity: *const c_char,
    folder: *const c_char,
    progress: *const RecoursProgress,
    out_report: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let work = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let list = unsafe { path(list, "list") }?;
        // SAFETY: the caller's promise.
        let register = unsafe { path(register_file, "register_file") }?;
        // SAFETY: the caller's promise.
        let identity = unsafe { path(identity, "identity") }?;
        // SAFETY: the caller's promise.
        let folder = unsafe { path(folder, "folder") }?;
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::wanted(out_report) };
        let report = mission.ouvrir_liste(list, register.into(), identity, folder, &progress)?;
        if let Some(out) = out {
            out.put(give(&report));
        }
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, work) }
}

/// Takes all the streams, before anything can fail.
///
/// # Safety
/// As `recours_mission_seal` says of `tables`.
#[cfg(feature = "complet")]
unsafe fn take(tables: *const RecoursTable, count: usize) -> Result<Vec<(*const c_char, Inlet)>, RecoursError> {
    // SAFETY: the caller's promise.
    let tables = unsafe { list(tables, count, "tables") }?;
    // SAFETY: the caller's promise, for each of them.
    Ok(tables.iter().map(|t| (t.name, unsafe { Inlet::take(t.stream, "stream") })).collect())
}
