//! Makes the next call panic, for the C test of the guards. Not in the header, and not in a release build.

use std::cell::Cell;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// The next call of this thread that has a guard panics inside it, with a text that must be seen nowhere.
#[unsafe(no_mangle)]
pub extern "C" fn recours_probe_panic() {
    ARMED.set(true);
}

/// Panics if it was asked to.
#[expect(clippy::panic, reason = "that is what it is for")]
pub(crate) fn fire() {
    if ARMED.replace(false) {
        panic!("CANARI-DE-PANIQUE");
    }
}
