//! The links of one body's rows, compact: 35 bytes a row, found in a few steps.

use std::collections::HashMap;

use recours_engine::link::{Handle, Index, beginning};
use recours_tables::{ErreurTable, Lecteur};

use super::{entiers, seize};

/// Bytes of one link put aside.
pub(super) const OCTETS: usize = 18;

/// The link of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lien {
    pub(super) poignee: Handle,
    /// 3 certified number, 2 number or full names, 1 weaker, 0 alone.
    pub(super) force: u8,
    pub(super) certifie: bool,
}

/// In what is put aside: this row has a link; its national number is certified.
const RELIEE: u8 = 0x80;
const CERTIFIEE: u8 = 0x40;

/// A link, or none, to be put aside.
pub(super) fn vers_octets(lien: Option<&Lien>, vers: &mut Vec<u8>) {
    vers.extend_from_slice(&lien.map_or([0; 16], |l| l.poignee));
    vers.push(lien.map_or(0, |l| l.force));
    vers.push(lien.map_or(0, |l| RELIEE | if l.certifie { CERTIFIEE } else { 0 }));
}

/// As [`vers_octets`] wrote it.
pub(super) fn d_octets(octets: &[u8]) -> Option<Lien> {
    let (poignee, suite) = octets.split_first_chunk::<16>()?;
    let [force, marques] = suite else { return None };
    (marques & RELIEE != 0).then_some(Lien { poignee: *poignee, force: *force, certifie: marques & CERTIFIEE != 0 })
}

/// Whether a row of the delivery was already met.
const JAMAIS: u32 = u32::MAX;

/// All links of a body, by row id.
pub(super) struct Liens {
    par_id: Vec<(Handle, Lien)>,
    index: Index,
    /// The row of the delivery that each id was met at.
    vus: Vec<u32>,
    /// The same for ids without a link: those who objected.
    ailleurs: HashMap<Handle, u32>,
    /// The smallest id that stands twice, and its two rows.
    double: Option<(Handle, u32, u32)>,
}

impl Liens {
    /// Reads them; `suivi` is told of rows read.
    ///
    /// # Errors
    /// Those of reading a table.
    pub(super) fn lire(lecteur: Lecteur, suivi: &dyn Fn(u64)) -> Result<Self, ErreurTable> {
        let n = usize::try_from(lecteur.lignes().unwrap_or(0)).unwrap_or(0);
        // What the file announces is signed, but is not to make the program fall.
        let mut par_id: Vec<(Handle, Lien)> = Vec::with_capacity(n.min(1 << 24));
        for lot in lecteur.projeter(&["row_id", "handle", "force", "nir_certifie"])?.lots()? {
            let lot = lot?;
            let (ids, poignees) = (seize(&lot, "row_id")?, seize(&lot, "handle")?);
            let forces = entiers(&lot.colonne("force")?, lot.fichier())?;
            let certifies = lot.colonne("nir_certifie")?.booleen()?;
            let suite = ids.into_iter().zip(poignees).zip(forces.into_iter().zip(certifies));
            par_id.extend(suite.map(|((id, poignee), (force, c))| (id, Lien { poignee, force, certifie: c.unwrap_or(false) })));
            suivi(lot.lignes() as u64);
        }
        // Stable: of several links of one row the last stays.
        par_id.sort_by_key(|l| l.0);
        par_id.dedup_by(|b, a| {
            let meme = a.0 == b.0;
            if meme {
                a.1 = b.1;
            }
            meme
        });
        let index = Index::of(par_id.iter().map(|(id, _)| beginning(id)), par_id.len());
        let vus = vec![JAMAIS; par_id.len()];
        Ok(Self { par_id, index, vus, ailleurs: HashMap::new(), double: None })
    }

    /// The link of a row of the delivery, if it has one. Rows are asked for one after the other, each once.
    pub(super) fn de(&mut self, id: &Handle, ligne: u32) -> Option<Lien> {
        let parmi = self.index.among(beginning(id));
        let liens = self.par_id.get(parmi.clone()).unwrap_or_default();
        let trouve = liens.binary_search_by(|(autre, _)| autre.cmp(id)).ok().map(|i| parmi.start + i);
        let avant = match trouve.and_then(|i| self.vus.get_mut(i)) {
            Some(vu) => std::mem::replace(vu, ligne),
            None => self.ailleurs.insert(*id, ligne).unwrap_or(JAMAIS),
        };
        if avant != JAMAIS && self.double.is_none_or(|(autre, ..)| *id < autre) {
            self.double = Some((*id, avant, ligne));
        }
        trouve.and_then(|i| self.par_id.get(i)).map(|(_, l)| *l)
    }

    /// Two rows of the delivery under one id, once all were asked for.
    pub(super) fn double(&self) -> Option<(u32, u32)> {
        self.double.map(|(_, a, b)| (a, b))
    }
}
