//! Texts that come from C, and texts that go there.

use std::ffi::{CStr, CString, OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{RecoursError, ended};
use crate::guard::quietly;
use crate::status::RecoursStatus;

/// Borrows `length` bytes at `start` as UTF-8. `what` names the parameter in the message, which never quotes it.
///
/// NULL is refused even with length 0: a caller that gives it has lost its text.
///
/// # Safety
/// `start` is NULL or points to `length` bytes that live and do not change for `'a`.
pub unsafe fn text<'a>(start: *const c_char, length: usize, what: &str) -> Result<&'a str, RecoursError> {
    if start.is_null() {
        return Err(null(what));
    }
    // SAFETY: the caller vouches for `length` bytes that live for `'a`.
    utf8(unsafe { list(start.cast::<u8>(), length, what) }?, what)
}

/// Borrows a text ended by NUL as UTF-8.
///
/// # Safety
/// `start` is NULL or points to a text ended by NUL that lives and does not change for `'a`.
pub unsafe fn word<'a>(start: *const c_char, what: &str) -> Result<&'a str, RecoursError> {
    if start.is_null() {
        return Err(null(what));
    }
    // SAFETY: not NULL; the caller vouches for the NUL at the end and for `'a`.
    utf8(unsafe { CStr::from_ptr(start) }.to_bytes(), what)
}

/// Borrows a path ended by NUL: bytes as the system has them.
///
/// # Safety
/// As [`word`].
pub unsafe fn path<'a>(start: *const c_char, what: &str) -> Result<&'a Path, RecoursError> {
    // SAFETY: the caller's promise is the same.
    unsafe { optional_path(start) }.ok_or_else(|| null(what))
}

/// As [`path`]; `None` for NULL, where the caller may leave the choice to the library.
///
/// # Safety
/// As [`word`].
pub unsafe fn optional_path<'a>(start: *const c_char) -> Option<&'a Path> {
    if start.is_null() {
        return None;
    }
    // SAFETY: not NULL; the caller vouches for the NUL at the end and for `'a`.
    let bytes = unsafe { CStr::from_ptr(start) }.to_bytes();
    Some(Path::new(OsStr::from_bytes(bytes)))
}

/// Borrows a list of `count` items; NULL is an empty list when `count` is 0.
///
/// # Safety
/// `start` is NULL or points to `count` items that live and do not change for `'a`.
pub unsafe fn list<'a, T>(start: *const T, count: usize, what: &str) -> Result<&'a [T], RecoursError> {
    if count == 0 {
        return Ok(&[]);
    }
    if start.is_null() {
        return Err(null(what));
    }
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        let message = format!("Le paramètre « {what} » dit plus d'éléments que la mémoire n'en tient.");
        return Err(RecoursError::new(RecoursStatus::Usage, "E-ABI-009", &message, "Donnez le nombre d'éléments du tableau."));
    }
    // SAFETY: not NULL, of a size that memory can have; the caller vouches for `count` items.
    Ok(unsafe { std::slice::from_raw_parts(start, count) })
}

/// The refusal of a NULL parameter.
pub fn null(what: &str) -> RecoursError {
    let message = format!("Le paramètre « {what} » est NULL.");
    RecoursError::new(RecoursStatus::NullPointer, "E-ABI-001", &message, "Donnez son adresse.")
}

fn utf8<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, RecoursError> {
    std::str::from_utf8(bytes).map_err(|fault| {
        let message = format!("Le paramètre « {what} » n'est pas de l'UTF-8 à partir de l'octet {}.", fault.valid_up_to());
        RecoursError::new(RecoursStatus::InvalidUtf8, "E-ABI-002", &message, "Convertissez ce texte en UTF-8.")
    })
}

/// Gives a text away: the caller frees it with [`recours_text_free`].
pub fn give(text: &str) -> *mut c_char {
    ended(text).into_raw()
}

/// Frees a text that a call wrote to an out parameter; nothing for NULL. The pointer is invalid afterwards.
///
/// # Safety
/// `text` is NULL or was written by this library to a `char **` parameter and not freed; its length is unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: not NULL, so the caller gives back a text that this library made.
        let owned = unsafe { CString::from_raw(text) };
        quietly(|| drop(owned));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn null_and_bad_bytes_are_refused_by_name() {
        // SAFETY: NULL is allowed.
        let null = unsafe { text(std::ptr::null(), 0, "nom") }.unwrap_err();
        assert_eq!(null.code(), RecoursStatus::NullPointer);
        assert!(null.message().contains("« nom »"));
        let bytes = b"caf\xff";
        // SAFETY: four live bytes.
        let bad = unsafe { text(bytes.as_ptr().cast(), 4, "nom") }.unwrap_err();
        assert_eq!(bad.code(), RecoursStatus::InvalidUtf8);
        assert!(bad.message().contains("l'octet 3"));
        // SAFETY: three live bytes.
        let good = unsafe { text(bytes.as_ptr().cast(), 3, "nom") };
        assert_eq!(good.unwrap(), "caf");
    }

    #[test]
    fn a_path_need_not_be_utf8_and_a_word_must() {
        let bytes = c"caf\xff";
        // SAFETY: a static text ended by NUL.
        let path = unsafe { path(bytes.as_ptr(), "out") }.unwrap();
        assert_eq!(path.as_os_str().as_bytes(), b"caf\xff");
        // SAFETY: likewise.
        let word = unsafe { word(bytes.as_ptr(), "body") }.unwrap_err();
        assert_eq!(word.code(), RecoursStatus::InvalidUtf8);
    }

    #[test]
    fn an_empty_list_may_be_null_and_no_other() {
        // SAFETY: NULL is allowed.
        assert!(unsafe { list::<u8>(std::ptr::null(), 0, "tables") }.unwrap().is_empty());
        // SAFETY: likewise.
        let refused = unsafe { list::<u8>(std::ptr::null(), 1, "tables") }.unwrap_err();
        assert_eq!(refused.code(), RecoursStatus::NullPointer);
        let one = 0_u64;
        // SAFETY: the count is refused before anything is read.
        let refused = unsafe { list(&raw const one, usize::MAX, "tables") }.unwrap_err();
        assert_eq!(refused.code(), RecoursStatus::Usage);
    }
}
