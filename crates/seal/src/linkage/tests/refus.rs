//! Deliveries and options that are refused.

use super::unite;
use crate::ErreurSceau;
use crate::linkage::{Livraison, OptionsLiaison};

fn livraison(organisme: &str, lignes: usize) -> Livraison {
    Livraison {
        organisme: organisme.to_owned(),
        row_ids: (0..lignes as u128).map(u128::to_be_bytes).collect(),
        jetons: std::array::from_fn(|_| vec![None; lignes]),
        etiquettes: Default::default(),
        nir_certifie: vec![false; lignes],
    }
}

#[test]
fn colonnes_inegales() {
    let mut fausse = livraison("caf", 3);
    fausse.jetons[4].pop();
    let Err(erreur) = unite().ajouter(fausse) else { panic!("acceptée") };
    assert!(matches!(erreur, ErreurSceau::ColonneInegale { colonne: "p4", attendu: 3, trouve: 2, .. }));
    let mut fausse = livraison("caf", 3);
    fausse.nir_certifie.push(true);
    assert!(matches!(unite().ajouter(fausse), Err(ErreurSceau::ColonneInegale { colonne: "nir_certifie", .. })));
}

#[test]
fn organisme_ou_lignes_en_double() {
    let mut unite = unite();
    unite.ajouter(livraison("caf", 3)).unwrap();
    assert!(matches!(unite.ajouter(livraison("caf", 1)), Err(ErreurSceau::OrganismeEnDouble { .. })));
    let mut repetee = livraison("cpam", 4);
    repetee.row_ids[3] = repetee.row_ids[0];
    assert!(matches!(unite.ajouter(repetee), Err(ErreurSceau::LigneRepetee { combien: 1, .. })));
    // A refused delivery leaves the unit as it was.
    unite.ajouter(livraison("cpam", 2)).unwrap();
    let resultat = unite.lier(&OptionsLiaison::default()).unwrap();
    assert_eq!(resultat.organismes.iter().map(|o| o.lignes.len()).collect::<Vec<_>>(), vec![3, 2]);
    assert!(resultat.organismes.iter().flat_map(|o| &o.lignes).all(|l| l.force == 0));
}

#[test]
fn trop_d_organismes() {
    let mut unite = unite();
    for i in 0..64 {
        unite.ajouter(livraison(&format!("organisme {i}"), 1)).unwrap();
    }
    assert!(matches!(unite.ajouter(livraison("de trop", 1)), Err(ErreurSceau::Capacite { maximum: 64, .. })));
    assert_eq!(unite.lier(&OptionsLiaison::default()).unwrap().organismes.len(), 64);
}

#[test]
fn rien_a_relier_ou_options_hors_bornes() {
    assert!(matches!(unite().lier(&OptionsLiaison::default()), Err(ErreurSceau::AucuneLivraison)));
    let base = OptionsLiaison::default;
    for options in [
        OptionsLiaison { plafond_frequence: 1, ..base() },
        OptionsLiaison { doublons_p0_max: 0, ..base() },
        OptionsLiaison { unicite_minimale: 1.5, ..base() },
        OptionsLiaison { unicite_minimale: f64::NAN, ..base() },
    ] {
        let mut unite = unite();
        unite.ajouter(livraison("caf", 1)).unwrap();
        assert!(matches!(unite.lier(&options), Err(ErreurSceau::OptionInvalide { .. })));
    }
}

#[test]
fn livraison_vide() {
    let mut unite = unite();
    unite.ajouter(livraison("caf", 0)).unwrap();
    let resultat = unite.lier(&OptionsLiaison::default()).unwrap();
    assert_eq!(resultat.organismes[0].lignes.len(), 0);
    assert!(resultat.statistiques.organismes[0].part_reliee().abs() < f64::EPSILON);
}
