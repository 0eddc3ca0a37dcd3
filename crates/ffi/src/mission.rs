//! A mission: what to bring, what was found and why, and the lists.

use std::ffi::c_char;
use std::sync::Arc;

use arrow::ffi_stream::FFI_ArrowArrayStream;
use recours::integration::Chantier;

use crate::error::RecoursError;
use crate::guard::guard;
use crate::handle::Living;
use crate::out::Place;
use crate::progress::{RecoursProgress, Telling};
use crate::status::RecoursStatus;
use crate::stream::outlet;
use crate::text::{give, optional_path, path, word};

/// A mission, read from its file. It never changes: threads may share it; but two calls that write the same files may not run
/// at the same time. Opaque; every function tells one that was freed.
pub struct RecoursMission {
    _ticket: u8,
}

static MISSIONS: Living<Chantier> = Living::none();

/// The mission of a handle.
pub(crate) fn found(mission: *const RecoursMission) -> Result<Arc<Chantier>, RecoursError> {
    MISSIONS.find(mission, "mission")
}

/// What the engine may keep in memory; the rest goes to the disk. 0: as the command line does without `--memory`.
pub(crate) fn memory(bytes: u64) -> Option<u64> {
    Some(bytes).filter(|b| *b > 0)
}

/// Opens a mission: reads and checks `mission.toml`; folders of roles that are elsewhere need not be there.
///
/// # Safety
/// `file` is NULL or a text ended by NUL. `out_mission` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_new(
    file: *const c_char,
    out_mission: *mut *mut RecoursMission,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        // SAFETY: the caller's promise.
        let file = unsafe { path(file, "file") }?;
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_mission, "out_mission") }?;
        out.put(MISSIONS.welcome(Chantier::ouvrir(file)?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Frees a mission, as `recours_rules_free` frees rules. Its files stay.
#[unsafe(no_mangle)]
pub extern "C" fn recours_mission_free(mission: *mut RecoursMission) -> RecoursStatus {
    // SAFETY: no error object is asked for.
    unsafe { guard(std::ptr::null_mut(), || MISSIONS.farewell(mission, "mission")) }
}

/// What each body must bring, and nothing more, one row each: `body`, `column`, `grain` (a sentence), `rights` (list: those
/// that need it).
///
/// # Safety
/// `out_table` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_plan(
    mission: *const RecoursMission,
    out_table: *mut FFI_ArrowArrayStream,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_table, "out_table") }?;
        let table = mission.plan()?;
        out.put(outlet(table.schema, table.lots));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// At the host: evaluates the rules over the linked rows. Writes findings, encrypted trace and receipt under `folder` (NULL: the
/// mission's), and gives the rows of `findings.parquet` and, unless `out_receipt` is NULL, the receipt (JSON: hashes and counts,
/// no value; free it with `recours_text_free`). `memory`: bytes to keep to, 0 for no limit said.
///
/// # Safety
/// `folder` is NULL or a text ended by NUL. `progress` is NULL or as RecoursProgress says. `out_findings`, `out_receipt` and
/// `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_detect(
    mission: *const RecoursMission,
    folder: *const c_char,
    memory: u64,
    progress: *const RecoursProgress,
    out_findings: *mut FFI_ArrowArrayStream,
    out_receipt: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let folder = unsafe { optional_path(folder) };
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let findings = unsafe { Place::needed(out_findings, "out_findings") }?;
        // SAFETY: the caller's promise.
        let receipt = unsafe { Place::wanted(out_receipt) };
        let detection = mission.detecter(folder, self::memory(memory), &progress)?;
        findings.put(outlet(detection.reperages.schema, detection.reperages.lots));
        if let Some(receipt) = receipt {
            receipt.put(give(&detection.recu));
        }
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// At the host: why a unit was found, clause by clause. `findings` is the file that detection wrote, `unit` the 32 hexadecimal
/// digits of `unit`. A French text that shows values; do not log it. Free it with `recours_text_free`.
///
/// # Safety
/// `findings` and `unit` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says. `out_text` and
/// `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_explain(
    mission: *const RecoursMission,
    findings: *const c_char,
    unit: *const c_char,
    progress: *const RecoursProgress,
    out_text: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let findings = unsafe { path(findings, "findings") }?;
        // SAFETY: the caller's promise.
        let unit = unsafe { word(unit, "unit") }?;
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_text, "out_text") }?;
        out.put(give(&mission.expliquer(findings, unit, &progress)?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// At the host: the encrypted list of one body, its own rows only. `findings` NULL: those of the mission's host folder;
/// `list` NULL: where the mission puts it. Gives the French report of `recours outreach` unless `out_report` is NULL.
///
/// # Safety
/// `body`, `findings` and `list` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says. `out_report` and
/// `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_mission_outreach(
    mission: *const RecoursMission,
    body: *const c_char,
    findings: *const c_char,
    list: *const c_char,
    progress: *const RecoursProgress,
    out_report: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let work = || {
        let mission = found(mission)?;
        // SAFETY: the caller's promise.
        let body = unsafe { word(body, "body") }?;
        // SAFETY: the caller's promise.
        let findings = unsafe { optional_path(findings) };
        // SAFETY: the caller's promise.
        let list = unsafe { optional_path(list) };
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::wanted(out_report) };
        let report = mission.lister(findings, body, list, &progress)?;
        if let Some(out) = out {
            out.put(give(&report));
        }
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, work) }
}
