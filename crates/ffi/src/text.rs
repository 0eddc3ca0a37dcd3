//! Strings that come from C.

use std::ffi::c_char;

use crate::error::RecoursError;
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
    // SAFETY: not NULL; the caller vouches for `length` bytes that live for `'a`.
    let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) };
    std::str::from_utf8(bytes).map_err(|fault| {
        RecoursError::new(
            RecoursStatus::InvalidUtf8,
            &format!("le paramètre `{what}` n'est pas de l'UTF-8 à partir de l'octet {} : convertir le texte", fault.valid_up_to()),
        )
    })
}

/// The refusal of a NULL parameter.
pub fn null(what: &str) -> RecoursError {
    RecoursError::new(RecoursStatus::NullPointer, &format!("le paramètre `{what}` est NULL : donner son adresse"))
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
        assert!(null.message().to_str().unwrap().contains("`nom`"));
        let bytes = b"caf\xff";
        // SAFETY: four live bytes.
        let bad = unsafe { text(bytes.as_ptr().cast(), 4, "nom") }.unwrap_err();
        assert_eq!(bad.code(), RecoursStatus::InvalidUtf8);
        assert!(bad.message().to_str().unwrap().contains("l'octet 3"));
        // SAFETY: three live bytes.
        let good = unsafe { text(bytes.as_ptr().cast(), 3, "nom") };
        assert_eq!(good.unwrap(), "caf");
    }
}
