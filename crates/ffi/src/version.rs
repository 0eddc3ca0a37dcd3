//! Which library is this, and is it the one that the program was compiled for?

use std::ffi::{CStr, c_char};

use crate::error::RecoursError;
use crate::guard::guard;
use crate::status::RecoursStatus;

/// Version of the interface that `recours.h` describes. It grows when a function is added or a meaning changes.
pub const RECOURS_ABI_VERSION: u32 = 2;

/// The oldest interface whose programs this library still serves.
const OLDEST: u32 = 2;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Version of the interface of the loaded library.
#[unsafe(no_mangle)]
pub extern "C" fn recours_abi_version() -> u32 {
    RECOURS_ABI_VERSION
}

/// Does the loaded library serve a program compiled for the interface `header`? Call it first, with
/// `RECOURS_ABI_VERSION`: `RECOURS_STATUS_ABI_MISMATCH` if not, and then call nothing else but the `recours_error_*`
/// functions.
///
/// # Safety
/// `out_error` is NULL or points to memory where a pointer can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_abi_check(header: u32, out_error: *mut *mut RecoursError) -> RecoursStatus {
    // SAFETY: the caller's promise is the guard's.
    unsafe { guard(out_error, || check(header)) }
}

/// Version of the library, such as "0.1.0": static text, ended by NUL, not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn recours_version() -> *const c_char {
    VERSION.as_ptr()
}

fn check(header: u32) -> Result<(), RecoursError> {
    if (OLDEST..=RECOURS_ABI_VERSION).contains(&header) {
        return Ok(());
    }
    Err(RecoursError::new(
        RecoursStatus::AbiMismatch,
        "E-ABI-005",
        &format!(
            "Le programme est compilé pour l'interface {header} ; cette bibliothèque sert les interfaces {OLDEST} à {RECOURS_ABI_VERSION}."
        ),
        "Recompilez le programme avec le recours.h de cette bibliothèque, ou installez la bibliothèque de son en-tête.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package() {
        assert_eq!(VERSION.to_bytes(), env!("CARGO_PKG_VERSION").as_bytes());
    }

    #[test]
    fn a_header_of_another_time_is_refused() {
        assert!(check(RECOURS_ABI_VERSION).is_ok());
        for other in [0, OLDEST - 1, RECOURS_ABI_VERSION + 1, u32::MAX] {
            assert_eq!(check(other).map_err(|e| e.code()), Err(RecoursStatus::AbiMismatch), "{other}");
        }
    }
}
