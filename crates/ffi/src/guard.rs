//! The wall that no panic passes.
//!
//! Unwinding into C is undefined behaviour, and Rust's default hook would print the panic's text, which might
//! quote a value. So every body runs under [`guard`]: a panic becomes [`RecoursStatus::Panic`], its text is
//! thrown away, and while a guarded call runs the hook prints the place in the source and nothing else.
//! This needs `panic = "unwind"` in every profile: with `abort` the guard would silently do nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::RecoursError;
use crate::status::RecoursStatus;

#[cfg(not(panic = "unwind"))]
compile_error!("recours-ffi needs panic = \"unwind\": its guards do nothing otherwise");

/// Guarded calls under way in this process, on any thread: a call may hand its work to other threads, whose panics
/// must be as quiet as its own.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// This thread tries something that may panic and that will be said otherwise.
    static TRYING: Cell<bool> = const { Cell::new(false) };
}

struct Running;

impl Running {
    fn enter() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = take_hook();
            set_hook(Box::new(move |info| {
                if RUNNING.load(Ordering::Acquire) == 0 {
                    previous(info);
                } else if TRYING.get() {
                    // Said by whoever tries.
                } else if let Some(place) = info.location() {
                    eprintln!("recours : erreur interne à {}:{}", place.file(), place.line());
                }
            }));
        });
        RUNNING.fetch_add(1, Ordering::AcqRel);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Runs `body` and lets no panic out; `None` if it panicked.
pub fn quietly<T>(body: impl FnOnce() -> T) -> Option<T> {
    let _running = Running::enter();
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // A payload may panic when dropped; one that does is let go for ever rather than dropped again.
            if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                std::mem::forget(second);
            }
            None
        }
    }
}

/// As [`quietly`], with nothing printed: for other people's code that panics on what C gave, which is no fault of ours.
pub fn silently<T>(body: impl FnOnce() -> T) -> Option<T> {
    let before = TRYING.replace(true);
    let value = quietly(body);
    TRYING.set(before);
    value
}

/// Runs the body of an exported function: its status, and on failure an error for `out_error` unless that is NULL.
///
/// # Safety
/// `out_error` is NULL or points to memory where a pointer can be written.
pub unsafe fn guard(out_error: *mut *mut RecoursError, body: impl FnOnce() -> Result<(), RecoursError>) -> RecoursStatus {
    let guarded = || {
        #[cfg(debug_assertions)]
        crate::panic_probe::fire();
        body()
    };
    let error = match quietly(guarded) {
        Some(Ok(())) => return RecoursStatus::Ok,
        Some(Err(error)) => error,
        None => RecoursError::new(
            RecoursStatus::Panic,
            "E-ABI-003",
            "Défaut de la bibliothèque : l'appel n'a rien fait.",
            "Signalez le lieu imprimé sur la sortie d'erreur, sans joindre de données.",
        ),
    };
    let code = error.code();
    if !out_error.is_null() {
        // SAFETY: not NULL, so the caller gives memory for a pointer; nothing there is read or dropped.
        unsafe { out_error.write(Box::into_raw(Box::new(error))) };
    }
    code
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::ptr::null_mut;

    struct Spiteful;
    impl Drop for Spiteful {
        fn drop(&mut self) {
            panic!("again");
        }
    }

    #[test]
    fn a_panic_becomes_a_status_and_its_text_is_gone() {
        let mut error = null_mut();
        // SAFETY: `error` is a local where a pointer can be written.
        let status = unsafe { guard(&mut error, || panic!("CANARI-1234")) };
        assert_eq!(status, RecoursStatus::Panic);
        // SAFETY: the guard wrote a box.
        let error = unsafe { Box::from_raw(error) };
        assert_eq!(error.code(), RecoursStatus::Panic);
        assert!(!error.message().contains("CANARI"));
    }

    #[test]
    fn a_payload_that_panics_when_dropped_does_not_pass_either() {
        assert_eq!(quietly(|| std::panic::panic_any(Spiteful)), None::<()>);
    }

    #[test]
    fn nothing_is_written_when_nothing_fails_or_nobody_asks() {
        let sentinel = std::ptr::dangling_mut();
        let mut error = sentinel;
        // SAFETY: `error` is a local where a pointer can be written.
        assert_eq!(unsafe { guard(&mut error, || Ok(())) }, RecoursStatus::Ok);
        assert_eq!(error, sentinel);
        // SAFETY: NULL is allowed.
        let status = unsafe { guard(null_mut(), || panic!("x")) };
        assert_eq!(status, RecoursStatus::Panic);
    }
}
