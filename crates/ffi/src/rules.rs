//! Checking rules from C.

use std::ffi::c_char;

use recours_rules::{Diagnostic, Pack, SourceFile};

use crate::error::RecoursError;
use crate::guard::guard;
use crate::status::RecoursStatus;
use crate::text::{null, text};

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

/// Checks a whole rule pack (vocabulary, parameters, rights, ruptures) for a day, given as days since 1970-01-01.
///
/// `RECOURS_STATUS_OK`: the pack can be used that day. `RECOURS_STATUS_INVALID_RULES`: the error's message is the
/// diagnostics, in French, each with its code, place, underlined text and help, separated by an empty line.
///
/// # Safety
/// `files` points to `count` files whose names and texts are readable for the lengths given. `out_error` is NULL
/// or points to memory where a pointer can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_rules_check(
    files: *const RecoursFile,
    count: usize,
    day: i32,
    out_error: *mut *mut RecoursError,
) -> RecoursStatus {
    let body = || {
        // SAFETY: the caller vouches for `count` files.
        let files = unsafe { sources(files, count) }?;
        match Pack::build(&files, None, day.into()) {
            Ok(_) => Ok(()),
            Err(faults) => Err(RecoursError::new(RecoursStatus::InvalidRules, &rendered(&files, &faults))),
        }
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// Copies the files of the caller.
///
/// # Safety
/// `files` is NULL or points to `count` files whose names and texts are readable for the lengths given.
unsafe fn sources(files: *const RecoursFile, count: usize) -> Result<Vec<SourceFile>, RecoursError> {
    if files.is_null() {
        return Err(null("files"));
    }
    // SAFETY: not NULL; the caller vouches for `count` files.
    let files = unsafe { std::slice::from_raw_parts(files, count) };
    let copy = |file: &RecoursFile| {
        // SAFETY: the caller vouches for the name and its length.
        let name = unsafe { text(file.name, file.name_length, "name") }?;
        // SAFETY: the caller vouches for the text and its length.
        let text = unsafe { text(file.text, file.text_length, "text") }?;
        Ok(SourceFile { name: name.into(), text: text.into() })
    };
    files.iter().map(copy).collect()
}

/// The diagnostics as the command line shows them.
fn rendered(files: &[SourceFile], faults: &[Diagnostic]) -> String {
    let of = |fault: &Diagnostic| {
        let file = files.iter().find(|f| f.name == fault.file);
        fault.render(file.map_or("", |f| f.text.as_str()))
    };
    faults.iter().map(of).collect::<Vec<_>>().join("\n")
}
