//! The commands, one file each. Each is `Args` (its arguments and help) and `executer`; the demo calls the
//! same functions as the command line.

#[cfg(feature = "complet")]
pub mod blind;
pub mod calendrier;
#[cfg(feature = "complet")]
pub mod canaux;
pub mod check;
#[cfg(feature = "complet")]
pub mod demo;
pub mod detect;
pub mod difference;
pub mod evaluate;
pub mod explain;
#[cfg(feature = "complet")]
pub mod finalise;
pub mod fmt;
#[cfg(feature = "complet")]
pub mod interne;
pub mod journal;
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
pub mod returns;
#[cfg(feature = "complet")]
pub mod seal;
#[cfg(feature = "complet")]
pub mod serve_keys;
