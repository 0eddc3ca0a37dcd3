//! The Python extension `recours._recours`: thin. It converts, calls `recours::integration` on a thread of its own, and converts
//! back; what it refuses by itself is what only Python can get wrong.

use pyo3::prelude::*;

mod arguments;
mod detection;
mod entree;
mod erreur;
mod mission;
mod processus;
mod regles;
mod table;
mod travail;

/// Rules, missions and their results. Users import `recours`.
#[pymodule]
mod _recours {
    use super::*;

    #[pymodule_export]
    use crate::detection::Detection;
    #[pymodule_export]
    use crate::mission::Mission;
    #[cfg(feature = "complet")]
    #[pymodule_export]
    use crate::processus::demo;
    #[pymodule_export]
    use crate::processus::{passphrase, threads};
    #[pymodule_export]
    use crate::regles::Rules;
    #[pymodule_export]
    use crate::table::Table;

    #[pymodule_init]
    fn preparer(module: &Bound<'_, PyModule>) -> PyResult<()> {
        recours::integration::poser_crochet();
        module.add("features", if cfg!(feature = "complet") { ("complet",) } else { ("host",) })?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
