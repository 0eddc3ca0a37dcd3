//! How far the work has come, told to C; and C's answer, which may be to stop.

use std::ffi::{c_char, c_void};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use recours::progression::Progression;

use crate::error::ended;

/// Tells how far a call has come. `step` names the step, in French, ended by NUL, valid during this call only; `done` of
/// `total` rows, files or people are behind; `total` is 0 when it is not known. Return true to go on, false to stop: the
/// call then ends with `RECOURS_STATUS_INTERRUPTED` and leaves nothing behind.
///
/// It is called from any thread, never from two at the same time for one call of the library. It must return by an
/// ordinary return: no longjmp, no C++ exception.
pub type RecoursTell = Option<unsafe extern "C" fn(userdata: *mut c_void, step: *const c_char, done: u64, total: u64) -> bool>;

/// Tells something that people should know about a call, such as « note : … », in French, UTF-8, ended by NUL, valid during this
/// call only. It is called before the function returns, whatever its status, under the same rules as RecoursTell.
pub type RecoursNote = Option<unsafe extern "C" fn(userdata: *mut c_void, text: *const c_char)>;

/// Who wants to know how far a call has come, and what there is to say about it. The library prints nothing itself.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RecoursProgress {
    /// Told how far the call has come; NULL: nobody.
    pub tell: RecoursTell,
    /// Told notes and warnings; NULL: nobody.
    pub note: RecoursNote,
    /// Given back to both as it is; the library never looks behind it.
    pub userdata: *mut c_void,
}

/// The caller's functions and what they asked to be given.
#[derive(Clone, Copy)]
struct Listener(RecoursProgress);

// SAFETY: the header says that the functions are called from any thread; the lock around this keeps calls one after the other.
unsafe impl Send for Listener {}

impl Listener {
    fn tell(self, step: &str, done: u64, total: Option<u64>) -> bool {
        let Some(tell) = self.0.tell else { return true };
        let step = ended(step);
        // SAFETY: the caller vouches for its function and for what it gets back; the text lives during the call.
        unsafe { tell(self.0.userdata, step.as_ptr(), done, total.unwrap_or(0)) }
    }

    fn note(self, text: &str) {
        let Some(note) = self.0.note else { return };
        let text = ended(text);
        // SAFETY: the caller vouches for its function and for what it gets back; the text lives during the call.
        unsafe { note(self.0.userdata, text.as_ptr()) }
    }
}

/// The progress that a call gives to its work; its notes are told when it disappears.
pub struct Telling {
    progression: Progression,
    listener: Arc<Mutex<Listener>>,
}

impl Telling {
    /// What `progress` asks for; NULL is silence.
    ///
    /// # Safety
    /// `progress` is NULL or points to a [`RecoursProgress`] whose functions keep what [`RecoursTell`] says until the call ends.
    pub unsafe fn to(progress: *const RecoursProgress) -> Self {
        let nobody = RecoursProgress { tell: None, note: None, userdata: std::ptr::null_mut() };
        // SAFETY: NULL, or the caller vouches for it.
        let listener = Arc::new(Mutex::new(Listener(unsafe { progress.as_ref() }.copied().unwrap_or(nobody))));
        let told = Arc::clone(&listener);
        let observer = move |step: &str, done, total| told.lock().unwrap_or_else(PoisonError::into_inner).tell(step, done, total);
        Self { progression: Progression::observee(Arc::new(observer)), listener }
    }
}

impl Deref for Telling {
    type Target = Progression;

    fn deref(&self) -> &Progression {
        &self.progression
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        for text in self.progression.notes() {
            listener.note(&text);
        }
    }
}
