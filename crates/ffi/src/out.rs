//! Where results go: places that C gives, looked at before the work and written after it.

use crate::error::RecoursError;
use crate::text::null;

/// A place for one result.
pub struct Place<T>(*mut T);

impl<T> Place<T> {
    /// A place that the call needs.
    ///
    /// # Safety
    /// `place` is NULL or points to memory where a `T` can be written until the call ends.
    pub unsafe fn needed(place: *mut T, what: &str) -> Result<Self, RecoursError> {
        if place.is_null() { Err(null(what)) } else { Ok(Self(place)) }
    }

    /// A place that the caller may leave out, by NULL.
    ///
    /// # Safety
    /// As [`Place::needed`].
    pub unsafe fn wanted(place: *mut T) -> Option<Self> {
        if place.is_null() { None } else { Some(Self(place)) }
    }

    /// Writes the result; what was there is not looked at.
    pub fn put(self, value: T) {
        // SAFETY: not NULL, and writable by the promise under which this place was made.
        unsafe { self.0.write(value) };
    }
}
