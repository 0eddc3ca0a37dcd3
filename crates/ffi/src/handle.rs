//! Handles: what C holds of a Rust object is a number that is never used twice, in the clothes of a pointer.
//!
//! A pointer to the object itself cannot be checked: freed twice, used after it was freed or given as another kind, it is
//! undefined behaviour. A number can: it is in the table of the living or it is not. Each call holds the object while it
//! runs, so freeing a handle while another thread works with it ends nothing under that thread's feet.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::RecoursError;
use crate::status::RecoursStatus;
use crate::text::null;

/// One sequence for all kinds, so that a handle of one kind is never alive as another.
static NEXT: AtomicUsize = AtomicUsize::new(1);

/// The living objects of one kind.
pub struct Living<T>(Mutex<BTreeMap<usize, Arc<T>>>);

impl<T> Living<T> {
    /// Nobody yet.
    pub const fn none() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Takes `object` in and gives its handle.
    pub fn welcome<H>(&self, object: T) -> *mut H {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.table().insert(number, Arc::new(object));
        std::ptr::without_provenance_mut(number)
    }

    /// The object of a handle. `what` names the parameter.
    pub fn find<H>(&self, handle: *const H, what: &str) -> Result<Arc<T>, RecoursError> {
        if handle.is_null() {
            return Err(null(what));
        }
        self.table().get(&handle.addr()).cloned().ok_or_else(|| dead(what))
    }

    /// Lets the object of a handle go; it disappears when no call uses it any more.
    pub fn farewell<H>(&self, handle: *const H, what: &str) -> Result<(), RecoursError> {
        if handle.is_null() {
            return Ok(());
        }
        let gone = self.table().remove(&handle.addr());
        // Dropped here, when the table is no longer locked.
        gone.map(drop).ok_or_else(|| dead(what))
    }

    fn table(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, Arc<T>>> {
        // Nothing that could panic runs while it is locked; were it poisoned, its content would still be whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn dead(what: &str) -> RecoursError {
    RecoursError::new(
        RecoursStatus::InvalidHandle,
        "E-ABI-004",
        &format!("Le paramètre « {what} » n'est pas un objet vivant de cette sorte : il est déjà libéré, ou d'une autre sorte."),
        "Vérifiez qu'il vient de la fonction _new de cette sorte, et qu'il n'est libéré qu'une fois, après son dernier emploi.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    struct Ticket;

    #[test]
    fn freed_twice_used_after_and_of_another_kind_are_seen() {
        let (these, others) = (Living::<u8>::none(), Living::<u8>::none());
        let handle: *mut Ticket = these.welcome(7);
        assert_eq!(*these.find(handle, "x").unwrap(), 7);
        let other = others.find(handle, "x").unwrap_err();
        assert_eq!(other.code(), RecoursStatus::InvalidHandle);
        assert!(other.message().contains("« x »"));
        these.farewell(handle, "x").unwrap();
        assert_eq!(these.find(handle, "x").unwrap_err().code(), RecoursStatus::InvalidHandle);
        assert_eq!(these.farewell(handle, "x").unwrap_err().code(), RecoursStatus::InvalidHandle);
        let again: *mut Ticket = these.welcome(8);
        assert_ne!(again, handle, "a number was used twice");
        assert_eq!(these.find(std::ptr::null::<Ticket>(), "x").unwrap_err().code(), RecoursStatus::NullPointer);
        these.farewell(std::ptr::null::<Ticket>(), "x").unwrap();
    }

    #[test]
    fn a_call_keeps_its_object() {
        let these = Living::<u8>::none();
        let handle: *mut Ticket = these.welcome(7);
        let held = these.find(handle, "x").unwrap();
        these.farewell(handle, "x").unwrap();
        assert_eq!(*held, 7);
    }
}
