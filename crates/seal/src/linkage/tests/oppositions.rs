//! People who object at one body: nobody is left of them at any body.

use zeroize::Zeroizing;

use super::{Fiche, contexte, nir, unite};
use crate::keys::{CleMaitresse, ClesScellement, Role};
use crate::linkage::{Livraison, OptionsLiaison, ResultatLiaison};
use crate::token::sceller;

fn paul(organisme: &'static str) -> Fiche {
    Fiche {
        organisme,
        nir: nir("1700599012041"),
        nom: "Opposant".into(),
        prenoms: "Paul".into(),
        date: "1970-05-09".into(),
        sexe: "M".into(),
        cp: "99120".into(),
        ..Fiche::default()
    }
}

fn sans_numero(organisme: &'static str) -> Fiche {
    Fiche { nir: String::new(), ..paul(organisme) }
}

fn autre(organisme: &'static str) -> Fiche {
    Fiche {
        nir: nir("2850799012045"),
        nom: "Garancin".into(),
        prenoms: "Zoé".into(),
        date: "1985-07-14".into(),
        sexe: "F".into(),
        ..paul(organisme)
    }
}

fn livraison(organisme: &str, fiches: &[Fiche]) -> Livraison {
    let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
    let cles = ClesScellement::deriver(&cle, &contexte("2026-T4")).unwrap();
    let brutes: Vec<_> = fiches.iter().map(Fiche::brute).collect();
    let colonnes = sceller(&cles, &brutes);
    Livraison {
        organisme: organisme.to_owned(),
        row_ids: (0..fiches.len()).map(|i| (i as u128).to_be_bytes()).collect(),
        jetons: colonnes.jetons,
        etiquettes: Default::default(),
        nir_certifie: colonnes.nir_certifie,
    }
}

/// `livrees` and those who object at the CAF.
fn relier(livrees: &[(&'static str, Vec<Fiche>)], opposants: &[Fiche]) -> ResultatLiaison {
    let mut unite = unite();
    for (organisme, fiches) in livrees {
        unite.ajouter(livraison(organisme, fiches)).unwrap();
    }
    unite.ajouter_opposants(livraison("caf (oppositions)", opposants)).unwrap();
    unite.lier(&OptionsLiaison::default()).unwrap()
}

/// Rows left per body.
fn restent(resultat: &ResultatLiaison) -> Vec<(&str, usize)> {
    resultat.organismes.iter().map(|o| (o.organisme.as_str(), o.lignes.len())).collect()
}

/// Fails when the linkage unit answers for the rows that a marked one reaches.
#[test]
fn s_opposer_a_un_organisme_vaut_pour_tous() {
    let livrees =
        [("caf", vec![autre("caf")]), ("cpam", vec![autre("cpam"), paul("cpam")]), ("departement", vec![sans_numero("departement")])];
    let r = relier(&livrees, &[paul("caf")]);
    assert_eq!(restent(&r), [("caf", 1), ("cpam", 1), ("departement", 0)]);
    assert_eq!(r.ecartees, 1);
    assert_eq!(r.statistiques.personnes_par_nombre_d_organismes, [0, 1, 0]);
    assert_eq!(r.statistiques.organismes.iter().map(|o| o.lignes).sum::<u64>(), 2);
    // The two rows left are one person, as without the opposition.
    assert!(r.organismes[0].lignes[0].handle == r.organismes[1].lignes[0].handle);
    // Without the marked row he is there: what left him out is that row.
    let r = relier(&livrees, &[]);
    assert_eq!((restent(&r), r.ecartees), (vec![("caf", 1), ("cpam", 2), ("departement", 1)], 0));
}

#[test]
fn par_les_noms_quand_personne_n_a_de_numero() {
    let faute = Fiche { nom: "Oposant".into(), ..sans_numero("cpam") };
    let r = relier(&[("cpam", vec![faute]), ("carsat", vec![autre("carsat")])], &[sans_numero("caf")]);
    assert_eq!((restent(&r), r.ecartees), (vec![("cpam", 0), ("carsat", 1)], 1));
}

/// A row of the same body under another id is left out too, where two rows of one body would be an ambiguity.
#[test]
fn inscrit_deux_fois_la_ou_il_s_oppose() {
    let ecrit_autrement = Fiche { prenoms: "Paul, Marie".into(), cp: "99130".into(), ..sans_numero("caf") };
    let r = relier(&[("caf", vec![ecrit_autrement]), ("cpam", vec![sans_numero("cpam")])], &[sans_numero("caf")]);
    assert_eq!((restent(&r), r.ecartees), (vec![("caf", 0), ("cpam", 0)], 1));
}

/// Whoever objects and is known nowhere else is no person left out, and makes nobody else's link fail.
#[test]
fn qui_n_est_connu_nulle_part_ne_change_rien() {
    let r = relier(&[("caf", vec![autre("caf")]), ("cpam", vec![autre("cpam")])], &[paul("caf")]);
    assert_eq!((restent(&r), r.ecartees), (vec![("caf", 1), ("cpam", 1)], 0));
    assert_eq!(r.statistiques.personnes_par_nombre_d_organismes, [0, 1]);
}

/// A twin, or somebody else under the same names and another certified number, is not left out for the other.
#[test]
fn un_homonyme_n_est_pas_ecarte() {
    let homonyme = Fiche { nir: nir("1700599012142"), ..paul("cpam") };
    let r = relier(&[("cpam", vec![homonyme])], &[paul("caf")]);
    assert_eq!((restent(&r), r.ecartees), (vec![("cpam", 1)], 0));
}
