//! The commands, one file each. Each is `Args` (its arguments and help) and `executer`; the demo calls the
//! same functions as the command line.

pub mod check;
#[cfg(feature = "complet")]
pub mod demo;
pub mod detect;
pub mod evaluate;
pub mod explain;
pub mod fmt;
#[cfg(feature = "complet")]
pub mod keys;
#[cfg(feature = "complet")]
pub mod link;
pub mod observe;
#[cfg(feature = "complet")]
pub mod open;
pub mod outreach;
pub mod plan;
#[cfg(feature = "complet")]
pub mod seal;
