//! What all parts found: held, or put aside and read back in order.

use std::io;
use std::sync::Arc;

use arrow::array::RecordBatch;
use recours_engine::parts::merge::{Counts, Found, MergeError, Whole};
use recours_engine::parts::runs::{self, Block};
use recours_tables::deversoir::Deversoir;

use super::parties::informe;
use crate::erreur::ErreurCommande;
use crate::livraisons::deversees::{deposer_lot, reprendre_lot};

/// Bytes that a finding and its trace take in memory, about: for how many are read back at a time.
const PAR_REPERAGE: u64 = 512;

/// Where findings are put aside, in blocks.
#[derive(Clone)]
pub(super) struct Depot {
    deversoir: Arc<Deversoir>,
    /// Findings of a block.
    par_bloc: usize,
}

/// Findings of the parts judged so far, put aside.
pub(super) struct Suites {
    pub(super) depot: Depot,
    /// By part.
    blocs: Vec<Vec<Bloc>>,
}

/// Where a block stands: its findings, then its trace.
#[derive(Debug, Clone, Copy)]
struct Bloc {
    place: u64,
    reperages: usize,
    octets: usize,
}

/// The findings of one part, put aside.
pub(super) struct Deposees(usize, Vec<Bloc>);

impl Suites {
    /// For so many parts, of which at most about `tenu` bytes will be read back at a time.
    pub(super) fn nouvelles(deversoir: Deversoir, parties: usize, tenu: u64) -> Self {
        let par_bloc = tenu / PAR_REPERAGE / parties.max(1) as u64;
        let par_bloc = usize::try_from(par_bloc).unwrap_or(usize::MAX).clamp(64, 4_096);
        Self { depot: Depot { deversoir: Arc::new(deversoir), par_bloc }, blocs: vec![Vec::new(); parties] }
    }

    /// Says where the findings of a part are.
    pub(super) fn ranger(&mut self, Deposees(k, blocs): Deposees) {
        if let Some(b) = self.blocs.get_mut(k) {
            *b = blocs;
        }
    }

    fn lire(&self, k: usize, i: usize) -> Result<Block, ErreurCommande> {
        let b = self.blocs.get(k).and_then(|b| b.get(i)).copied().ok_or_else(informe)?;
        let mut octets = vec![0; b.octets];
        self.depot.deversoir.relire(b.place, &mut octets).map_err(|e| self.depot.refus(&e))?;
        let (table, trace) = octets.split_at_checked(b.reperages).ok_or_else(informe)?;
        Ok((reprendre_lot(table)?, reprendre_lot(trace)?))
    }
}

impl Depot {
    /// Puts the findings of part `k` aside.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub(super) fn deposer(&self, k: usize, tables: &Block) -> Result<Deposees, ErreurCommande> {
        let mut blocs = Vec::new();
        for (table, trace) in runs::blocks(tables, self.par_bloc) {
            let mut octets = Vec::new();
            deposer_lot(&table, &mut octets)?;
            let reperages = octets.len();
            deposer_lot(&trace, &mut octets)?;
            let place = self.deversoir.ajouter(&octets).map_err(|e| self.refus(&e))?;
            blocs.push(Bloc { place, reperages, octets: octets.len() });
        }
        Ok(Deposees(k, blocs))
    }

    fn refus(&self, e: &io::Error) -> ErreurCommande {
        self.deversoir.faute(e).into()
    }
}

/// What all parts found.
pub(super) enum Trouves {
    Tenus(Box<Whole>),
    Deverses(Suites, Box<Counts>),
}

/// What may stop findings from being put in order.
enum Echec {
    Ordre,
    Commande(ErreurCommande),
}

impl From<MergeError> for Echec {
    fn from(_: MergeError) -> Self {
        Self::Ordre
    }
}

impl Trouves {
    /// From what the parts gave.
    ///
    /// # Errors
    /// E-DETECT-003 when a table cannot be built.
    pub(super) fn de(trouve: Found, suites: Option<Suites>, parties: usize) -> Result<Self, ErreurCommande> {
        match suites {
            Some(s) if s.blocs.len() == parties => Ok(Self::Deverses(s, Box::new(trouve.counts()))),
            Some(_) => Err(informe()),
            None => trouve.finish().map(Box::new).map(Self::Tenus).map_err(|_| informe()),
        }
    }

    /// What they count.
    pub(super) fn comptes(&self) -> &Counts {
        match self {
            Self::Tenus(w) => &w.counts,
            Self::Deverses(_, c) => c,
        }
    }

    /// Gives all findings in order, with their trace, some at a time.
    ///
    /// # Errors
    /// Those of `vers`; exit 4 when the disk refuses.
    pub(super) fn pour_chaque(&self, vers: &mut dyn FnMut(&Block) -> Result<(), ErreurCommande>) -> Result<(), ErreurCommande> {
        match self {
            Self::Tenus(w) => vers(&(w.table.clone(), w.trace.clone())),
            Self::Deverses(suites, _) => {
                let blocs: Vec<usize> = suites.blocs.iter().map(Vec::len).collect();
                let lire = |k: usize, i: usize| suites.lire(k, i).map_err(Echec::Commande);
                runs::merge(&blocs, lire, |b| vers(&b).map_err(Echec::Commande)).map_err(|e| match e {
                    Echec::Commande(e) => e,
                    Echec::Ordre => informe(),
                })
            }
        }
    }

    /// The findings as one table, where they are held.
    pub(super) fn table(self) -> Option<RecordBatch> {
        match self {
            Self::Tenus(w) => Some(w.table),
            Self::Deverses(..) => None,
        }
    }
}
