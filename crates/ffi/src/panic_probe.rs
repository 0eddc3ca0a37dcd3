//! A function that panics, for the C test of the guard. Not in the header, and not in a release build.

use crate::error::RecoursError;
use crate::guard::guard;
use crate::status::RecoursStatus;

/// Panics with a text that must be seen nowhere.
///
/// # Safety
/// `out_error` is NULL or points to memory where a pointer can be written.
#[unsafe(no_mangle)]
#[expect(clippy::panic, reason = "that is what it is for")]
pub unsafe extern "C" fn recours_probe_panic(out_error: *mut *mut RecoursError) -> RecoursStatus {
    // SAFETY: the caller's promise is the guard's.
    unsafe { guard(out_error, || panic!("CANARI-DE-PANIQUE")) }
}
