//! Detection part after part: how many parts, and one after the other.

use std::num::NonZeroUsize;

use recours_engine::detect::{self, Detection};
use recours_engine::finding::{self, Finding};
use recours_engine::link::Delivery;
use recours_engine::parts::Parts;
use recours_engine::parts::merge::{Found, Whole};
use recours_engine::plan::Program;
use recours_rules::Pack;

use crate::erreur::ErreurCommande;
use crate::progression::Progression;

/// Rows judged at a time when nobody says how many parts: enough for every core, few beside what was delivered.
const LIGNES_PAR_PARTIE: usize = 100_000;

/// No more parts than that, however small the memory given: each holds a few bodies' rows all the same.
const PARTIES_AU_PLUS: usize = 4096;

/// How many parts: as asked, else as many as the memory given demands, else by the rows delivered. What is found does not depend
/// on it.
///
/// # Errors
/// E-DETECT-010 when that many parts, or the most that there may be, still need more memory than given.
pub(super) fn nombre(
    livraisons: &[Delivery],
    program: &Program,
    voulues: Option<NonZeroUsize>,
    memoire: Option<u64>,
) -> Result<NonZeroUsize, ErreurCommande> {
    let lignes: usize = livraisons.iter().map(|l| l.handles.len()).sum();
    let de_soi = NonZeroUsize::new(lignes.div_ceil(LIGNES_PAR_PARTIE)).unwrap_or(NonZeroUsize::MIN);
    let Some(permis) = memoire else { return Ok(voulues.unwrap_or(de_soi)) };
    let tient = |n: NonZeroUsize| besoin(livraisons, program, n) <= permis;
    let plafond = NonZeroUsize::new(PARTIES_AU_PLUS).unwrap_or(NonZeroUsize::MIN);
    let choix = voulues.or_else(|| {
        let doublees = std::iter::successors(Some(de_soi), |n| n.checked_mul(NonZeroUsize::new(2)?).filter(|n| *n <= plafond));
        doublees.into_iter().find(|n| tient(*n))
    });
    if let Some(n) = choix.filter(|n| tient(*n)) {
        return Ok(n);
    }
    let n = voulues.unwrap_or(plafond);
    let faut = besoin(livraisons, program, n);
    let message = format!("l'évaluation en {n} parties demanderait environ {} Mio, plus que les {} Mio permis.", faut >> 20, permis >> 20);
    Err(ErreurCommande::refus("E-DETECT-010", message)
        .avec_conseil("Permettez davantage avec --memory, ou découpez le territoire : une mission par partie."))
}

/// Bytes that evaluation will hold at once, from above: what was delivered, and two bounds for each fact of
/// each row of a part, once as known and once with assumptions. Parts of few people are not all of one size.
fn besoin(livraisons: &[Delivery], program: &Program, parties: NonZeroUsize) -> u64 {
    let livre: usize = livraisons.iter().map(|l| l.facts.get_array_memory_size()).sum();
    let lignes: usize = livraisons.iter().map(|l| l.handles.len()).sum();
    let d_une_partie = if parties.get() == 1 { lignes } else { lignes.div_ceil(parties.get()) + lignes.isqrt() };
    (livre + d_une_partie * (program.inputs.len() * 16 + 512)) as u64
}

/// What was found, and findings one by one for who asks.
pub(super) struct Juge {
    pub tout: Whole,
    pub un_par_un: Vec<Finding>,
}

/// Judges the parts one after the other.
///
/// # Errors
/// E-DETECT-002 for a refused value of a delivery, E-DETECT-003 when a table cannot be built, E-ARRET-001 between two parts when the
/// caller asks to stop.
pub(super) fn juger(
    pack: &Pack,
    program: &Program,
    livraisons: Vec<Delivery>,
    parties: NonZeroUsize,
    un_par_un: bool,
    progression: &Progression,
) -> Result<Juge, ErreurCommande> {
    let etape = progression.etape("évaluation des règles", (parties.get() > 1).then_some(parties.get() as u64));
    let (mut trouve, mut tous) = (Found::default(), Vec::new());
    progression.continuer()?;
    for partie in Parts::of(livraisons, parties).map_err(|_| informe())? {
        let reperages = trouve.add(evaluer(pack, program, partie)?).map_err(|_| informe())?;
        if un_par_un {
            tous.extend(reperages);
        }
        etape.avance(1);
        progression.continuer()?;
    }
    finding::sort(&mut tous);
    let tout = trouve.finish().map_err(|_| informe())?;
    etape.terminer();
    Ok(Juge { tout, un_par_un: tous })
}

/// The rules over some deliveries.
///
/// # Errors
/// E-DETECT-002 for a refused value.
pub(crate) fn evaluer(pack: &Pack, program: &Program, livraisons: Vec<Delivery>) -> Result<Detection, ErreurCommande> {
    detect::detect(pack, program, livraisons).map_err(|e| {
        ErreurCommande::refus("E-DETECT-002", format!("{e}")).avec_conseil("L'organisme doit corriger cette colonne et sceller de nouveau.")
    })
}

/// What Arrow says might quote a value.
pub(crate) fn informe() -> ErreurCommande {
    ErreurCommande::panne("E-DETECT-003", "table de sortie impossible à former.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, RecordBatch, UInt8Array};
    use recours_engine::link::Coverage;
    use std::sync::Arc;

    fn livraisons(n: usize) -> Vec<Delivery> {
        vec![Delivery {
            body: "caf".into(),
            composition: Coverage::Nothing,
            covers: Vec::new(),
            handles: vec![[0; 16]; n],
            force: vec![3; n],
            certified: vec![true; n],
            foyers: vec![None; n],
            roles: vec![None; n],
            loose: None,
            facts: RecordBatch::try_from_iter([("x", Arc::new(UInt8Array::from(vec![0; n])) as ArrayRef)])
                .unwrap_or_else(|_| unreachable!()),
        }]
    }

    #[test]
    fn les_parties_suivent_ce_qui_est_demande_puis_la_memoire_puis_les_lignes() {
        let rien = Program::default();
        let n = |lignes, voulues, memoire| {
            nombre(&livraisons(lignes), &rien, NonZeroUsize::new(voulues), memoire).map(NonZeroUsize::get).map_err(|e| e.code.into_owned())
        };
        assert_eq!((n(0, 0, None), n(100_000, 0, None), n(100_001, 0, None)), (Ok(1), Ok(1), Ok(2)));
        assert_eq!(n(100_001, 7, None), Ok(7));
        // 512 bytes for each row of a part, one for each row delivered.
        assert_eq!(n(100_000, 0, Some(60_000_000)), Ok(1));
        assert_eq!(n(100_000, 0, Some(30_000_000)), Ok(2));
        assert_eq!(n(100_000, 0, Some(10_000_000)), Ok(8));
        assert_eq!((n(100_000, 2, Some(10_000_000)), n(100_000, 0, Some(1_000))), (Err("E-DETECT-010".into()), Err("E-DETECT-010".into())));
    }
}
