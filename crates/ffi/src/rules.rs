//! Rules, and what they answer of known foyers.

use std::ffi::c_char;

use arrow::ffi_stream::FFI_ArrowArrayStream;
use recours::integration::Regles;
use recours_rules::SourceFile;

use crate::error::RecoursError;
use crate::guard::guard;
use crate::handle::Living;
use crate::out::Place;
use crate::progress::{RecoursProgress, Telling};
use crate::status::RecoursStatus;
use crate::stream::{Fault, Inlet, outlet};
use crate::text::{give, list, optional_path, path, text, word};

/// A rule pack for a day. It never changes: threads may share it. Opaque; every function tells one that was freed.
pub struct RecoursRules {
    _ticket: u8,
}

static RULES: Living<Regles> = Living::none();

/// A file of a rule pack: its name as diagnostics should show it, and its text. Both UTF-8, no NUL needed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RecoursFile {
    /// Name, such as "droits/rsa.yaml".
    pub name: *const c_char,
    /// Bytes of the name.
    pub name_length: usize,
    /// YAML text.
    pub text: *const c_char,
    /// Bytes of the text.
    pub text_length: usize,
}

/// Reads the rule pack of a folder, such as "rules/fr", for a day (days since 1970-01-01, as in Arrow's date32). `overlay` is
/// NULL or the path of a file that replaces parameters and windows by name.
///
/// `RECOURS_STATUS_INVALID_RULES`: the message is the diagnostics that `recours check` prints.
///
/// # Safety
/// `folder` and `overlay` are NULL or texts ended by NUL. `out_rules` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_new(
    folder: *const c_char,
    overlay: *const c_char,
    day: i32,
    out_rules: *mut *mut RecoursRules,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        // SAFETY: the caller's promise.
        let folder = unsafe { path(folder, "folder") }?;
        // SAFETY: the caller's promise.
        let overlay = unsafe { optional_path(overlay) };
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_rules, "out_rules") }?;
        out.put(RULES.welcome(Regles::charger(folder, overlay, day.into())?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// As `recours_rules_new`, from texts in memory: all the files of a pack. `overlay` is NULL or one more file.
///
/// # Safety
/// `files` is NULL or points to `count` files, `overlay` is NULL or points to one; their names and texts are readable for the
/// lengths given. `out_rules` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_new_from_texts(
    files: *const RecoursFile,
    count: usize,
    overlay: *const RecoursFile,
    day: i32,
    out_rules: *mut *mut RecoursRules,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        // SAFETY: the caller vouches for `count` files.
        let files = unsafe { sources(files, count, "files") }?;
        // SAFETY: the caller vouches for one file, or gives NULL.
        let overlay = unsafe { sources(overlay, usize::from(!overlay.is_null()), "overlay") }?.pop();
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_rules, "out_rules") }?;
        out.put(RULES.welcome(Regles::de_textes(files, overlay, day.into())?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// As `recours_rules_new`, for the French pack that this library carries.
///
/// # Safety
/// `out_rules` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_new_builtin(
    day: i32,
    out_rules: *mut *mut RecoursRules,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_rules, "out_rules") }?;
        out.put(RULES.welcome(Regles::integrees(day.into())?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Frees rules; nothing for NULL. A call that another thread makes with them ends as it should.
/// `RECOURS_STATUS_INVALID_HANDLE` when they were freed before: nothing happens then.
#[unsafe(no_mangle)]
pub extern "C" fn recours_rules_free(rules: *mut RecoursRules) -> RecoursStatus {
    // SAFETY: no error object is asked for.
    unsafe { guard(std::ptr::null_mut(), || RULES.farewell(rules, "rules")) }
}

/// The columns that the rules read, one row each: `column`, `table` (persons, households), `type`, `unit`, `allowed` (list:
/// codes), `holders` (list: bodies that may bring it), `rights` (list: those that need it).
///
/// # Safety
/// `out_table` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_needs(
    rules: *const RecoursRules,
    out_table: *mut FFI_ArrowArrayStream,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        let rules = RULES.find(rules, "rules")?;
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_table, "out_table") }?;
        let table = rules.besoins()?;
        out.put(outlet(table.schema, table.lots));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Rights and amounts of known foyers, the rows that `recours evaluate` writes: for each unit `household_id`, `person_id`,
/// `right`, `entitled`, `amount_low`, `amount_high` (euros), `period`, `missing`, … A right that is not open has no row.
///
/// `persons` has `person_id` and `household_id`, `households` has `household_id`, and both any of the columns of
/// `recours_rules_needs`; null or absent is unknown, never zero. With `validation`, a row for each unit and right whatever is
/// received: for reference data, never for real people.
///
/// # Safety
/// `persons` and `households` are NULL or streams, consumed and released by this call. `progress` is NULL or as
/// RecoursProgress says. `out_answers` and `out_error` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_evaluate(
    rules: *const RecoursRules,
    persons: *mut FFI_ArrowArrayStream,
    households: *mut FFI_ArrowArrayStream,
    validation: bool,
    progress: *const RecoursProgress,
    out_answers: *mut FFI_ArrowArrayStream,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    // SAFETY: the caller's promise.
    let persons = unsafe { Inlet::take(persons, "persons") };
    // SAFETY: the caller's promise.
    let households = unsafe { Inlet::take(households, "households") };
    let body = || {
        let rules = RULES.find(rules, "rules")?;
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_answers, "out_answers") }?;
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        let fault = Fault::default();
        let (persons, households) = (persons.open(&fault)?, households.open(&fault)?);
        let answers = rules.evaluer(persons, households, validation, &progress);
        let answers = answers.map_err(|e| fault.rather_than(e.into()))?;
        out.put(outlet(answers.schema, answers.lots));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Why, clause by clause, for one foyer: a French text that shows its values; do not log it. `rights` names the rights to
/// explain; `rights_count` 0: all. The rest is as in `recours_rules_evaluate`. Free the text with `recours_text_free`.
///
/// # Safety
/// As `recours_rules_evaluate`; `household` and the `rights_count` texts of `rights` are NULL or ended by NUL; `out_text` is
/// NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_explain(
    rules: *const RecoursRules,
    persons: *mut FFI_ArrowArrayStream,
    households: *mut FFI_ArrowArrayStream,
    household: *const c_char,
    rights: *const *const c_char,
    rights_count: usize,
    validation: bool,
    progress: *const RecoursProgress,
    out_text: *mut *mut c_char,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    // SAFETY: the caller's promise.
    let persons = unsafe { Inlet::take(persons, "persons") };
    // SAFETY: the caller's promise.
    let households = unsafe { Inlet::take(households, "households") };
    let body = || {
        let regles = RULES.find(rules, "rules")?;
        // SAFETY: the caller's promise.
        let household = unsafe { word(household, "household") }?;
        // SAFETY: the caller's promise.
        let rights = unsafe { list(rights, rights_count, "rights") }?;
        // SAFETY: the caller's promise, for each of them.
        let rights = rights.iter().map(|r| unsafe { word(*r, "rights") }.map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
        // SAFETY: the caller's promise.
        let out = unsafe { Place::needed(out_text, "out_text") }?;
        // SAFETY: the caller's promise.
        let progress = unsafe { Telling::to(progress) };
        let fault = Fault::default();
        let (persons, households) = (persons.open(&fault)?, households.open(&fault)?);
        let why = regles.expliquer(persons, households, household, &rights, validation, &progress);
        out.put(give(&why.map_err(|e| fault.rather_than(e.into()))?));
        Ok(())
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Copies the files of the caller.
///
/// # Safety
/// `files` is NULL or points to `count` files whose names and texts are readable for the lengths given.
unsafe fn sources(files: *const RecoursFile, count: usize, what: &str) -> Result<Vec<SourceFile>, RecoursError> {
    // SAFETY: the caller vouches for `count` files.
    let files = unsafe { list(files, count, what) }?;
    let copy = |file: &RecoursFile| {
        // SAFETY: the caller vouches for the name and its length.
        let name = unsafe { text(file.name, file.name_length, "name") }?;
        // SAFETY: the caller vouches for the text and its length.
        let text = unsafe { text(file.text, file.text_length, "text") }?;
        Ok(SourceFile { name: name.into(), text: text.into() })
    };
    files.iter().map(copy).collect()
}
