//! Files of secrets: created for their owner alone, encrypted under a passphrase when one was given, refused when
//! somebody else could have read them.
//!
//! Everything that holds a key goes through here, so that no key can be written in another way: tokens' keys
//! (`recours-seal`), envelopes' identities and logs' signature keys (`recours-tables`).

mod erreur;
mod fichier;
mod phrase;

#[cfg(test)]
mod tests;

pub use erreur::{ErreurSecret, cause};
pub use fichier::{creer, detruire, est_chiffre, lire, proteger};
pub use phrase::{Phrase, donnee, donner, retirer};
