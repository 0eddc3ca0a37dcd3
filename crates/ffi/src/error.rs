//! The one error object that crosses the boundary.

use std::ffi::{CString, c_char};

use recours::erreur::ErreurCommande;

use crate::guard::quietly;
use crate::status::RecoursStatus;

/// Why a call failed: a status, a stable name that the documentation explains, and what the command line would say, in
/// French: what happened and where, then what to do. Opaque to C.
#[derive(Debug)]
pub struct RecoursError {
    code: RecoursStatus,
    name: CString,
    message: CString,
    advice: CString,
}

impl RecoursError {
    /// An error of the boundary itself.
    pub fn new(code: RecoursStatus, name: &str, message: &str, advice: &str) -> Self {
        Self { code, name: ended(name), message: ended(message), advice: ended(advice) }
    }

    /// The status.
    pub fn code(&self) -> RecoursStatus {
        self.code
    }

    /// What happened and where.
    pub fn message(&self) -> &str {
        self.message.to_str().unwrap_or_default()
    }
}

impl From<ErreurCommande> for RecoursError {
    fn from(error: ErreurCommande) -> Self {
        Self::new(RecoursStatus::from(&error), &error.code, &error.texte(), &error.que_faire())
    }
}

/// A text for C. A NUL inside it would cut it short, so it becomes a space.
pub fn ended(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

/// A text of `error`, or an empty one.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
unsafe fn part(error: *const RecoursError, of: impl FnOnce(&RecoursError) -> &CString) -> *const c_char {
    // SAFETY: the caller gives NULL or a live error of this library.
    unsafe { error.as_ref() }.map_or(c"".as_ptr(), |e| of(e).as_ptr())
}

/// Status of an error, the same that the call returned; `RECOURS_STATUS_OK` for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_code(error: *const RecoursError) -> RecoursStatus {
    // SAFETY: the caller gives NULL or a live error of this library.
    unsafe { error.as_ref() }.map_or(RecoursStatus::Ok, RecoursError::code)
}

/// Stable name of an error, such as "E-TABLE-007": docs/fr/codes.md has a row for each. Ended by NUL; lives as long as the
/// error. An empty text for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_name(error: *const RecoursError) -> *const c_char {
    // SAFETY: the caller's promise is the same.
    unsafe { part(error, |e| &e.name) }
}

/// What happened and where, in French, UTF-8, ended by NUL; lives as long as the error. An empty text for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_message(error: *const RecoursError) -> *const c_char {
    // SAFETY: the caller's promise is the same.
    unsafe { part(error, |e| &e.message) }
}

/// What to do about it, likewise; an empty text when there is no advice, and for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_advice(error: *const RecoursError) -> *const c_char {
    // SAFETY: the caller's promise is the same.
    unsafe { part(error, |e| &e.advice) }
}

/// Frees an error; nothing for NULL. The pointer and its texts are invalid afterwards.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_free(error: *mut RecoursError) {
    if !error.is_null() {
        // SAFETY: not NULL, so the caller gives back a box that this library made.
        let owned = unsafe { Box::from_raw(error) };
        quietly(|| drop(owned));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_error_of_the_command_line_keeps_its_parts_and_loses_its_keys() {
        let e = ErreurCommande::refus("E-TABLE-007", "a.csv : « AGE-SECRET-KEY-1ABC » \0 non.").avec_conseil("Relisez.");
        let e = RecoursError::from(e);
        assert_eq!(e.code, RecoursStatus::Refused);
        assert_eq!(e.name.to_str().unwrap(), "E-TABLE-007");
        assert_eq!(e.message(), "a.csv : « (clé secrète) »   non.");
        assert_eq!(e.advice.to_str().unwrap(), "Relisez.");
    }
}
