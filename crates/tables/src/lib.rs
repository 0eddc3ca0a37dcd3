//! Files in and out of Recours: Parquet, CSV and Arrow IPC, and the sheets that people fill.
//!
//! Seven rooms:
//!
//! * [`lecture`]: open a table by its path, choose columns, walk through it by batches that know their
//!   row numbers;
//! * [`colonne`]: turn a column of whatever Arrow type the agency's tool wrote into what the consumer
//!   asks for, with errors that name file, column and row and never a value;
//! * [`ecriture`]: write files that appear whole or not at all, with the same bytes for the same rows;
//! * [`deversoir`]: what does not fit in memory, in a file without a name;
//! * [`enveloppe`]: encrypt bytes to whoever must open them, and open what was addressed to one;
//! * [`journal`]: the signed chain of what a role did;
//! * [`signature`]: who made a file that goes from one role to another.
//!
//! Types are never inferred from the content: a CSV column is text until the consumer says what it is, so
//! that leading zeros and `2A` survive.
#![forbid(unsafe_code)]

pub mod colonne;
pub mod deversoir;
pub mod ecriture;
pub mod enveloppe;
pub mod erreur;
pub mod journal;
pub mod lecture;
mod place;
pub mod proches;
pub mod signature;
pub mod unicite;

pub use colonne::{Colonne, DateLue, Lot};
pub use deversoir::Deversoir;
pub use ecriture::{
    EcrivainParquet, FichierPret, ParquetEnMemoire, Protection, depuis_parquet, ecrire_ensemble, ecrire_octets, ecrire_parquet,
    preparer_octets, vers_parquet, vers_parquet_annote,
};
pub use enveloppe::{ErreurEnveloppe, IdentiteAge};
pub use erreur::{Ambiguite, Degat, ErreurTable, Lieu};
pub use lecture::{Flux, Format, Lecteur, Lots, Origine, lire_table};
pub use unicite::verifie_unicite;
