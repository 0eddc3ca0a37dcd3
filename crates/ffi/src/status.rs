//! Status codes.

/// What a call returned. A code keeps its meaning for ever; new ones are added at the end.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoursStatus {
    /// Done.
    Ok = 0,
    /// A pointer that must not be NULL is NULL.
    NullPointer = 1,
    /// A text is not UTF-8.
    InvalidUtf8 = 2,
    /// A fault inside the library. The call had no effect; please report it.
    Panic = 3,
    /// The rules have faults; the error's message is the diagnostics, in French.
    InvalidRules = 4,
}
