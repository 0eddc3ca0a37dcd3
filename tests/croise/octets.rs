//! The same bytes whatever the threads, the partitions, the memory.

use super::banc::dit;
use super::population::{banc, tirer};

#[test]
fn le_resultat_ne_tient_ni_aux_fils_ni_aux_partitions_ni_a_la_memoire() {
    let banc = banc(&tirer(6_000, 7));
    let mut premier: Option<Vec<u8>> = None;
    for fils in ["1", "2", "8"] {
        for parties in ["1", "2", "64"] {
            for memoire in [None, Some("1MB")] {
                let mut arguments = vec!["--out", "r.parquet", "--threads", fils, "--parties", parties, "--timings"];
                arguments.extend(memoire.iter().flat_map(|m| ["--memory", m]));
                let sortie = banc.croiser(&arguments);
                assert_eq!(sortie.status.code(), Some(0), "{arguments:?} {}", dit(&sortie));
                // What was to be shown was shown: with so little memory, rows went through the file without a name.
                assert_eq!(dit(&sortie).contains("déversé"), memoire.is_some(), "{}", dit(&sortie));
                let octets = std::fs::read(banc.chemin("r.parquet")).unwrap();
                assert!(octets == *premier.get_or_insert_with(|| octets.clone()), "{arguments:?}");
            }
        }
    }
    let lignes = banc.lignes("r.parquet");
    assert!(lignes.len() > 2_000, "{}", lignes.len());
    assert!(lignes.is_sorted_by_key(|l| (l.unit, l.droit.clone())));
}
