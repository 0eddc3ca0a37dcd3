//! The one error object that crosses the boundary.

use std::ffi::{CStr, CString, c_char};

use crate::guard::quietly;
use crate::status::RecoursStatus;

/// Why a call failed: a code, and a French message that says what, where and what to do. Opaque to C.
#[derive(Debug)]
pub struct RecoursError {
    code: RecoursStatus,
    message: CString,
}

impl RecoursError {
    /// An error with its message. A NUL inside the message would cut it short for C, so it becomes a space.
    pub fn new(code: RecoursStatus, message: &str) -> Self {
        let message = CString::new(message.replace('\0', " ")).unwrap_or_default();
        Self { code, message }
    }

    /// The code.
    pub fn code(&self) -> RecoursStatus {
        self.code
    }

    /// The message.
    pub fn message(&self) -> &CStr {
        &self.message
    }
}

/// Code of an error; `RECOURS_STATUS_OK` for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_code(error: *const RecoursError) -> RecoursStatus {
    // SAFETY: the caller gives NULL or a live error of this library.
    unsafe { error.as_ref() }.map_or(RecoursStatus::Ok, RecoursError::code)
}

/// Message of an error, in French, UTF-8, ended by NUL; lives as long as the error. An empty text for NULL.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_message(error: *const RecoursError) -> *const c_char {
    // SAFETY: the caller gives NULL or a live error of this library.
    unsafe { error.as_ref() }.map_or(c"".as_ptr(), |e| e.message.as_ptr())
}

/// Frees an error; nothing for NULL. The pointer and its message are invalid afterwards.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recours_error_free(error: *mut RecoursError) {
    if !error.is_null() {
        // SAFETY: not NULL, so the caller gives back a box that this library made.
        let owned = unsafe { Box::from_raw(error) };
        quietly(|| drop(owned));
    }
}
