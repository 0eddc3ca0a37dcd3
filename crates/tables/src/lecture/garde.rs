//! A decoder that meets damaged bytes may panic instead of returning an error (both Parquet's and Arrow
//! IPC's do, on some single flipped bytes). Such a panic is the file's fault: it becomes E-TABLE-005.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GARDEE: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread decodes a file under guard: a panic hook should then stay silent, since the panic
/// will be reported as a damaged file.
pub fn panique_gardee() -> bool {
    GARDEE.with(Cell::get)
}

/// Runs `decoder`; `None` when it panicked. What it was working on must then be thrown away, which is why
/// unwind safety may be asserted.
pub(super) fn garder<T>(decoder: impl FnOnce() -> T) -> Option<T> {
    let avant = GARDEE.with(|g| g.replace(true));
    let resultat = catch_unwind(AssertUnwindSafe(decoder));
    GARDEE.with(|g| g.set(avant));
    resultat.ok()
}
