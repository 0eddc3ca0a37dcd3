//! Status codes.

use recours::erreur::{ErreurCommande, Sortie};

/// What a call returned. A number keeps its meaning for ever; new ones are added at the end, none is used again.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoursStatus {
    /// Done.
    Ok = 0,
    /// A pointer that must not be NULL is NULL.
    NullPointer = 1,
    /// A text is not UTF-8.
    InvalidUtf8 = 2,
    /// A fault inside the library. The call had no effect; please report it. The next call works.
    Panic = 3,
    /// The rules have faults; the error's message is the diagnostics, in French, as the command line shows them.
    InvalidRules = 4,
    /// The call is not used as it should be: what it asks for does not exist, or two parameters exclude each other.
    Usage = 5,
    /// An input was refused (a table, a file, a key): column and row number are in the message. Nothing was written.
    Refused = 6,
    /// The machine failed (disk, memory). Nothing was left behind.
    Machine = 7,
    /// The progress callback asked to stop. Nothing was left behind.
    Interrupted = 8,
    /// A stream given to the call was already released, is not well formed, or its producer failed midway.
    Stream = 9,
    /// A handle was already freed, or is not of this kind.
    InvalidHandle = 10,
    /// The program was compiled for an interface that this library does not have.
    AbiMismatch = 11,
}

/// Code of the command line's error for work that was asked to stop.
const STOPPED: &str = "E-ARRET-001";

impl From<&ErreurCommande> for RecoursStatus {
    fn from(error: &ErreurCommande) -> Self {
        match error.sortie {
            _ if error.code == STOPPED => Self::Interrupted,
            Sortie::Fautes => Self::InvalidRules,
            Sortie::Usage => Self::Usage,
            Sortie::Refus => Self::Refused,
            Sortie::Panne => Self::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_programs_were_compiled_with() {
        use RecoursStatus as S;
        let all = [
            S::Ok,
            S::NullPointer,
            S::InvalidUtf8,
            S::Panic,
            S::InvalidRules,
            S::Usage,
            S::Refused,
            S::Machine,
            S::Interrupted,
            S::Stream,
            S::InvalidHandle,
            S::AbiMismatch,
        ];
        for (number, status) in all.into_iter().enumerate() {
            assert_eq!(status as usize, number, "{status:?} changed its number");
        }
    }

    #[test]
    fn each_exit_of_the_command_line_has_its_status() {
        let of = |e: ErreurCommande| RecoursStatus::from(&e);
        assert_eq!(of(ErreurCommande::fautes("E-X", "")), RecoursStatus::InvalidRules);
        assert_eq!(of(ErreurCommande::usage("E-X", "")), RecoursStatus::Usage);
        assert_eq!(of(ErreurCommande::refus("E-X", "")), RecoursStatus::Refused);
        assert_eq!(of(ErreurCommande::panne("E-X", "")), RecoursStatus::Machine);
        assert_eq!(of(ErreurCommande::panne(STOPPED, "")), RecoursStatus::Interrupted);
    }
}
