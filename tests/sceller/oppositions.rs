//! The first two lines against being looked for: no fact of whoever objects leaves the body, and the linkage unit leaves
//! the person out at every body.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, FixedSizeBinaryArray};
use recours_tables::lire_table;

use super::territoire::{Territoire, octets, row_ids};

/// 2026-10-01, the mission's date.
const JOUR: i32 = 20_727;

fn ids(n: &[u32]) -> ArrayRef {
    Arc::new(FixedSizeBinaryArray::try_from_iter(n.iter().map(|n| octets(*n))).unwrap())
}

/// The register of the CAF: rows that object, with the last day of each.
fn registre(ici: &Territoire, oppositions: &[(u32, Option<i32>)]) {
    ici.registre_caf(vec![
        ("row_id", ids(&oppositions.iter().map(|o| o.0).collect::<Vec<_>>())),
        ("opposition", Arc::new(BooleanArray::from(vec![true; oppositions.len()]))),
        ("opposition_le", Arc::new(Date32Array::from(vec![Some(JOUR - 500); oppositions.len()]))),
        ("opposition_jusqu_au", Arc::new(Date32Array::from_iter(oppositions.iter().map(|o| o.1)))),
    ]);
}

/// Rows that a linkage leaves to each body.
fn reliees(ici: &Territoire) -> [BTreeSet<[u8; 16]>; 2] {
    ["caf", "cpam"]
        .map(|body| row_ids(&lire_table(ici.chemin(&format!("linkage/{body}.parquet"))).unwrap().tout().unwrap()).into_iter().collect())
}

fn lignes(n: &[u32]) -> BTreeSet<[u8; 16]> {
    n.iter().map(|n| octets(*n)).collect()
}

/// First line. Fails when the body delivers a fact, or an unmarked token, of somebody who objects.
#[test]
fn rien_de_qui_s_oppose_ne_part_que_des_jetons_marques() {
    let ici = Territoire::nouveau();
    let bilan = ici.sceller("caf").unwrap();
    assert_eq!((bilan.livrees, bilan.opposees, bilan.jetons.lignes), (4, Some(1), 4));
    assert!(!row_ids(&ici.table_attributs("caf").1).contains(&octets(0xa4)));
    assert!(!row_ids(&ici.table_jetons("caf").1).contains(&octets(0xa4)));
    let (_, marquees) = ici.oppositions("caf");
    // Neither the row id nor how many object: a block of twenty.
    assert_eq!(marquees.lignes(), 20);
    assert!(row_ids(&marquees).iter().all(|id| *id != octets(0xa4)));
    // Nothing but what any row has: not which right, not since when.
    let noms = |lot: &recours_tables::Lot| lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect::<Vec<_>>();
    assert_eq!(noms(&marquees), noms(&ici.table_jetons("caf").1));
}

/// Rows of nobody have the shape of the body's own people, and no token of anybody.
#[test]
fn les_lignes_de_personne_ne_se_distinguent_pas_par_leur_forme() {
    let ici = Territoire::nouveau();
    ici.sceller("caf").unwrap();
    let ((_, gens), (_, marquees)) = (ici.table_jetons("caf"), ici.oppositions("caf"));
    let forme = |lot: &recours_tables::Lot, i: usize| -> Vec<usize> {
        lot.lot()
            .columns()
            .iter()
            .map(|c| match c.as_binary_opt::<i32>() {
                Some(b) => {
                    if b.is_null(i) {
                        0
                    } else {
                        b.value(i).len()
                    }
                }
                None => usize::from(c.is_null(i)),
            })
            .collect()
    };
    let connues: BTreeSet<Vec<usize>> = (0..gens.lignes()).map(|i| forme(&gens, i)).collect();
    let autres = (0..marquees.lignes()).filter(|i| !connues.contains(&forme(&marquees, *i))).count();
    assert!(autres <= 1, "only whoever objects may have a shape of their own: {autres}");
    for passe in ["p0", "p1", "p2", "p3", "p4", "p5"] {
        let jetons = |lot: &recours_tables::Lot| lot.colonne(passe).unwrap().octets16().unwrap();
        let siens: BTreeSet<[u8; 16]> = jetons(&gens).into_iter().flatten().collect();
        let marques: Vec<[u8; 16]> = jetons(&marquees).into_iter().flatten().collect();
        assert!(marques.iter().all(|j| !siens.contains(j)) && marques.iter().collect::<BTreeSet<_>>().len() == marques.len(), "{passe}");
    }
}

/// Second line. Fails when the linkage unit answers for the CPAM's row of somebody who objects at the CAF.
#[test]
fn s_opposer_a_la_caf_vaut_aussi_a_la_cpam() {
    let ici = Territoire::scelle();
    let bilan = ici.relier().unwrap();
    assert_eq!(reliees(&ici), [lignes(&[0xa1, 0xa2, 0xa3, 0xa5]), lignes(&[0xb1, 0xb2, 0xb3, 0xb5])]);
    assert_eq!(bilan.ecartees, 1);
    // The host does not even stumble on it: it looks at no fact of a row without a link.
    let sortie = ici.recours(&["detect", "mission.toml"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    let dit = String::from_utf8(sortie.stdout).unwrap();
    assert!(dit.starts_with("5 personnes"), "{dit}");
}

/// The count is rounded, in what is printed and in the log, and stands nowhere else.
#[test]
fn la_liaison_n_en_dit_qu_un_compte_arrondi() {
    let ici = Territoire::scelle();
    let sortie = ici.recours(&["link", "mission.toml"]);
    let dit = String::from_utf8(sortie.stdout).unwrap();
    assert!(dit.contains("opposées chez un organisme : de 1 à 10."), "{dit}");
    let journal = std::fs::read_to_string(ici.chemin("linkage/journal.jsonl")).unwrap();
    assert!(journal.contains("\"ecartees\":\"de 1 à 10\""), "{journal}");
    let comptes = std::fs::read_to_string(ici.chemin("linkage/statistiques.json")).unwrap();
    assert!(!comptes.contains("oppos") && !comptes.contains("ecart"), "{comptes}");
    for texte in [&dit, &journal, &comptes] {
        assert!(["canarizeau", "opposant", "quokkaville", "170057"].iter().all(|c| !texte.to_lowercase().contains(c)));
    }
}

/// The mission's date decides: an objection over since the day before counts no more, on its last day it does.
#[test]
fn les_oppositions_ont_une_fin() {
    let ici = Territoire::nouveau();
    registre(&ici, &[(0xa4, Some(JOUR - 1)), (0xa5, Some(JOUR)), (0xa1, None)]);
    let bilan = ici.sceller("caf").unwrap();
    assert_eq!((bilan.livrees, bilan.opposees), (3, Some(2)));
    ici.sceller("cpam").unwrap();
    ici.relier().unwrap();
    assert_eq!(reliees(&ici), [lignes(&[0xa2, 0xa3, 0xa4]), lignes(&[0xb2, 0xb3, 0xb4, 0xb5])]);
}

/// Tokens are of an epoch: what is not sent again says nothing.
#[test]
fn une_opposition_est_envoyee_a_chaque_scellement() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    registre(&ici, &[(0xa4, Some(JOUR - 1))]);
    ici.sceller("caf").unwrap();
    assert_eq!(ici.relier().unwrap().ecartees, 0);
    assert_eq!(reliees(&ici)[1].len(), 5);
    registre(&ici, &[(0xa4, None)]);
    ici.sceller("caf").unwrap();
    assert_eq!(ici.relier().unwrap().ecartees, 1);
}

/// A household without its member who objects must not pass for whole: nobody describes it any more.
#[test]
fn le_foyer_de_qui_s_oppose_n_est_plus_decrit() {
    let ici = Territoire::nouveau();
    registre(&ici, &[(0xa2, None)]);
    ici.sceller("caf").unwrap();
    let (_, lot) = ici.table_attributs("caf");
    let foyers = lot.colonne("foyer").unwrap().octets16().unwrap();
    for (id, foyer) in row_ids(&lot).into_iter().zip(foyers) {
        assert_eq!(foyer.is_some(), [octets(0xa4), octets(0xa5)].contains(&id), "{id:?}");
    }
}

/// The same when the objection was said elsewhere, and only the linkage unit knows.
#[test]
fn le_foyer_de_qui_s_oppose_ailleurs_n_est_plus_decrit_non_plus() {
    let ici = Territoire::nouveau();
    let cpam = ici.chemin("bodies/cpam/registre.parquet");
    let registre = arrow::array::RecordBatch::try_from_iter([
        ("row_id", ids(&[0xb2])),
        ("opposition", Arc::new(BooleanArray::from(vec![true])) as ArrayRef),
    ])
    .unwrap();
    recours_tables::ecrire_parquet(cpam, &registre.schema(), &[registre]).unwrap();
    for body in ["caf", "cpam"] {
        ici.sceller(body).unwrap();
    }
    ici.relier().unwrap();
    let mission = ici.mission();
    let (pack, regles) = recours::regles::de_mission(&mission).unwrap();
    let programme = recours_engine::plan::Program::compile(&pack);
    let silence = recours::progression::Progression::silencieuse();
    let recues =
        recours::livraisons::ouvrir(&mission, &pack, &programme, &regles, recours::grain::Forme::Grossie, &silence).unwrap().livraisons;
    let caf = recues.iter().find(|l| l.body == "caf").unwrap();
    assert_eq!(caf.handles.len(), 3, "the woman, the child, and somebody alone");
    assert_eq!(caf.foyers.iter().filter(|f| f.is_some()).count(), 1, "somebody alone is still described whole");
}

/// A renunciation is of one right, and of one body: nothing of it leaves, and every row goes as it went.
#[test]
fn une_renonciation_ne_part_pas() {
    let ici = Territoire::nouveau();
    ici.registre_caf(vec![
        ("row_id", ids(&[0xa1])),
        ("opposition", Arc::new(BooleanArray::from(vec![false]))),
        ("renonciations", Arc::new(arrow::array::StringArray::from(vec!["rsa:2026-05-01"]))),
    ]);
    let bilan = ici.sceller("caf").unwrap();
    assert_eq!((bilan.livrees, bilan.opposees), (5, Some(0)));
    assert!(row_ids(&ici.table_attributs("caf").1).contains(&octets(0xa1)));
    assert!(row_ids(&ici.table_jetons("caf").1).contains(&octets(0xa1)));
}

/// Leaving a body does not take back what was said to it: the register still knows who, the extract no longer.
#[test]
fn qui_n_est_plus_dans_l_extrait_reste_oppose() {
    use arrow::array::StringArray;
    let ici = Territoire::nouveau();
    let extrait = std::fs::read_to_string(ici.chemin("bodies/caf/extrait/personnes.csv")).unwrap();
    let paul = extrait.lines().find(|l| l.contains("Opposant")).unwrap().split(';').map(str::to_owned).collect::<Vec<_>>();
    let sans: String = extrait.lines().filter(|l| !l.contains("Opposant")).map(|l| format!("{l}\n")).collect();
    ici.ecrire("bodies/caf/extrait/personnes.csv", &sans);
    let texte = |t: &str| Arc::new(StringArray::from(vec![Some(t), Some(t)])) as ArrayRef;
    ici.registre_caf(vec![
        ("row_id", ids(&[0xa4, 0xa4])),
        ("opposition", Arc::new(BooleanArray::from(vec![true, true]))),
        ("nir", texte(&paul[3])),
        ("nom_naissance", texte("Opposant")),
        ("prenoms", texte("Paul")),
        ("date_naissance", Arc::new(Date32Array::from(vec![Some(128), Some(128)]))),
        ("sexe", texte("M")),
    ]);
    let bilan = ici.sceller("caf").unwrap();
    assert_eq!((bilan.lignes, bilan.livrees, bilan.opposees, bilan.jetons.lignes), (4, 4, Some(1), 4));
    assert_eq!(row_ids(&ici.table_attributs("caf").1).len(), 4);
    ici.sceller("cpam").unwrap();
    assert_eq!(ici.relier().unwrap().ecartees, 1);
    assert!(!reliees(&ici)[1].contains(&octets(0xb4)));
}
