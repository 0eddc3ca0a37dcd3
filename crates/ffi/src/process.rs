//! What holds for the whole process: the passphrase of its role, its threads.

use std::path::PathBuf;

use recours::integration::{donner_phrase, fils};

use crate::error::RecoursError;
use crate::guard::guard;
use crate::status::RecoursStatus;

/// Gives this process the passphrase of the role that it plays: the first line of what the open file descriptor reads (a file
/// or a pipe). The descriptor stays the caller's to close. Keys and passphrases never cross this interface as bytes.
///
/// # Safety
/// `out_error` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_passphrase(descriptor: i32, out_error: *mut *mut RecoursError) -> RecoursStatus {
    let body = || {
        if descriptor < 0 {
            return Err(RecoursError::new(
                RecoursStatus::Usage,
                "E-ABI-009",
                "Le descripteur de fichier de la phrase secrète est négatif : son ouverture a échoué.",
                "Vérifiez ce que rend open() ou pipe().",
            ));
        }
        Ok(donner_phrase(&PathBuf::from(format!("/dev/fd/{descriptor}")))?)
    };
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, body) }
}

/// How many threads the library may use in this process; call it before any work. Results do not depend on it. Without it, one
/// for each core.
///
/// # Safety
/// `out_error` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_threads(count: u32, out_error: *mut *mut RecoursError) -> RecoursStatus {
    // SAFETY: the caller's promise on `out_error` is the guard's.
    unsafe { guard(out_error, || Ok(fils(usize::try_from(count).unwrap_or(usize::MAX))?)) }
}
