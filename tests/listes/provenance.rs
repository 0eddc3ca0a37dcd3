//! Whose a list is: forged, altered, replayed or addressed to another, nothing of it is used.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryArray, RecordBatch, StringArray};
use recours::cles::Detenteur;
use recours::entete::Entete;
use recours::erreur::Sortie;
use recours_engine::outreach::COLONNES;
use recours_tables::vers_parquet_annote;

use super::douze;
use super::territoire::*;

/// One row of the CAF's, as anybody who has its public key and the mission could write it.
fn forger(noms: [&str; 6], bande: &str, regle: &str, entete: &Entete) -> Vec<u8> {
    let colonnes: Vec<ArrayRef> = vec![
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size([Some(ligne_chez("caf", 1))].into_iter(), 16).unwrap()),
        Arc::new(StringArray::from(vec!["rsa"])),
        Arc::new(StringArray::from(vec![bande])),
        Arc::new(Date32Array::from(vec![None])),
        Arc::new(StringArray::from(vec![regle])),
        Arc::new(Date32Array::from(vec![JOUR + 60])),
    ];
    let lot = RecordBatch::try_from_iter(noms.into_iter().zip(colonnes)).unwrap();
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
    vers_parquet_annote("liste", &lot.schema(), &[lot], &annotations).unwrap()
}

fn refusee(t: &Territoire, organisme: &str, code: &str) {
    let erreur = t.ouvrir_avec(organisme, organisme).unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie), (code, Sortie::Refus), "{erreur}");
    assert!(!erreur.to_string().contains("canari"), "{erreur}");
    assert!(!t.chemin(&format!("bodies/{organisme}/liste")).exists(), "something was written");
}

/// Fails when `open` does not ask for the host's signature: the forger has the mission, the body's public key and even a
/// true row id.
#[test]
fn une_liste_que_l_hote_n_a_pas_signee_est_refusee() {
    let t = douze();
    t.preparer("caf").unwrap();
    let entete = t.entete("caf");
    let bonne = || forger(COLONNES, "à proposer", &version("rsa"), &entete);
    for qui in [None, Some(Detenteur::Organisme("cpam".into())), Some(Detenteur::Organisme("caf".into())), Some(Detenteur::Liaison)] {
        t.poser("caf", bonne(), &entete, qui.as_ref(), "caf");
        refusee(&t, "caf", "E-LISTE-010");
    }
    // A file with no place for a signature at all.
    let lot = t.rangees_de(&bonne());
    t.poser("caf", vers_parquet_annote("liste", &lot.schema(), std::slice::from_ref(&lot), &[]).unwrap(), &entete, None, "caf");
    refusee(&t, "caf", "E-LISTE-004");
    // Signed by the host, the same opens: the refusals above come from the signature.
    t.poser("caf", bonne(), &entete, Some(&Detenteur::Hote), "caf");
    assert_eq!(t.ouvrir_avec("caf", "caf").unwrap().personnes, 1);
}

/// A body can decrypt its list, change a row and encrypt it again to itself or to another: the signature tells.
#[test]
fn une_liste_changee_apres_sa_signature_est_refusee() {
    let t = douze();
    t.preparer("caf").unwrap();
    let vraie = t.clair("caf");
    let entete = t.entete("caf");
    let pied = vraie.len() - 300;
    for i in [vraie.len() / 3, vraie.len() / 2, pied] {
        let mut changee = vraie.clone();
        changee[i] ^= 1;
        t.poser("caf", changee, &entete, None, "caf");
        let erreur = t.ouvrir_avec("caf", "caf").unwrap_err();
        assert!(["E-LISTE-010", "E-TABLE-005", "E-LISTE-004", "E-LISTE-012", "E-LISTE-005"].contains(&erreur.code.as_ref()), "{erreur}");
        assert!(!t.chemin("bodies/caf/liste").exists());
    }
    t.poser("caf", vraie, &entete, None, "caf");
    assert_eq!(t.ouvrir_avec("caf", "caf").unwrap().personnes, 11);
}

/// Each replay has its own code, although every one of these lists was truly signed by the host.
#[test]
fn une_liste_d_une_autre_mission_epoque_ou_d_un_autre_organisme_est_refusee() {
    let t = douze();
    t.preparer("caf").unwrap();
    t.preparer("cpam").unwrap();
    let hote = Some(&Detenteur::Hote);
    let autre = |change: &dyn Fn(&mut Entete)| {
        let mut entete = t.entete("caf");
        change(&mut entete);
        entete
    };
    for (entete, code) in [
        (autre(&|e| e.epoque = "2026-T3".into()), "E-LISTE-012"),
        (autre(&|e| e.mission = "ab".repeat(32)), "E-LISTE-005"),
        (autre(&|e| e.organisme = "carsat".into()), "E-LISTE-011"),
        (autre(&|e| e.organisme = "canari".into()), "E-LISTE-011"),
        (autre(&|e| e.contenu = recours::entete::Contenu::Jetons), "E-LISTE-004"),
    ] {
        t.poser("caf", forger(COLONNES, "à proposer", &version("rsa"), &entete), &entete, hote, "caf");
        refusee(&t, "caf", code);
    }
    // The CPAM's own list, encrypted again to the CAF: true rows, true signature, another's.
    let clair = t.clair("cpam");
    t.poser("caf", clair, &t.entete("cpam"), None, "caf");
    refusee(&t, "caf", "E-LISTE-011");
    // The list's own words changed to pass for the CAF's: the signature is no longer of them.
    let entete = t.entete("caf");
    let mut clair = forger(COLONNES, "à proposer", &version("rsa"), &entete);
    let de_la_cpam = t.entete("cpam");
    recours::signature::signer(&mut clair, &de_la_cpam, &recours::journal::ouvrir(&t.mission, &Detenteur::Hote).unwrap()).unwrap();
    t.poser("caf", clair, &entete, None, "caf");
    refusee(&t, "caf", "E-LISTE-010");
}

#[test]
fn une_liste_signee_mais_mal_faite_est_refusee() {
    let t = douze();
    t.preparer("caf").unwrap();
    let (entete, bonne) = (t.entete("caf"), version("rsa"));
    let mut autres = COLONNES;
    autres[2] = "certainty";
    for (noms, bande, regle) in [(autres, "certain", &bonne), (COLONNES, "certain", &bonne), (COLONNES, "à proposer", &"canari@1".into())]
    {
        t.poser("caf", forger(noms, bande, regle, &entete), &entete, Some(&Detenteur::Hote), "caf");
        refusee(&t, "caf", "E-LISTE-004");
    }
}

/// The mission's public keys must be there, and name the host.
#[test]
fn sans_la_cle_de_signature_de_l_hote_rien_n_est_ouvert() {
    let t = douze();
    t.preparer("caf").unwrap();
    let ids = t.lire("cles/identifiants.toml");
    let signature = ids.lines().filter(|l| l.starts_with("hote = ") && !l.contains("age1")).collect::<Vec<_>>();
    assert_eq!(signature.len(), 1);
    std::fs::write(t.chemin("cles/identifiants.toml"), ids.replace(signature[0], "")).unwrap();
    refusee(&t, "caf", "E-CLES-011");
    std::fs::remove_file(t.chemin("cles/identifiants.toml")).unwrap();
    refusee(&t, "caf", "E-CLES-003");
    // Another's key in its place: the list is no longer the host's.
    let caf = ids.lines().find(|l| l.starts_with("caf = ") && !l.contains("age1")).unwrap();
    std::fs::write(t.chemin("cles/identifiants.toml"), ids.replace(signature[0], &caf.replace("caf", "hote"))).unwrap();
    refusee(&t, "caf", "E-LISTE-010");
    std::fs::write(t.chemin("cles/identifiants.toml"), ids).unwrap();
    assert_eq!(t.ouvrir_avec("caf", "caf").unwrap().personnes, 11);
}

/// What goes out is what a detection of this host found: findings that somebody changed, or brought, make no list.
#[test]
fn des_reperages_qu_aucune_detection_n_a_ecrits_ne_font_pas_de_liste() {
    let (t, autre) = (douze(), Territoire::nouveau(&[personne(1, &["caf"])], &[(1, "rsa", "probable", None)], 300));
    let bons = std::fs::read(t.chemin("host/findings.parquet")).unwrap();
    std::fs::copy(autre.chemin("host/findings.parquet"), t.chemin("host/findings.parquet")).unwrap();
    let erreur = t.preparer("caf").unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie), ("E-LISTE-013", Sortie::Refus), "{erreur}");
    assert!(!t.chemin("lists/caf.age").exists());
    std::fs::write(t.chemin("host/findings.parquet"), bons).unwrap();
    assert_eq!(t.preparer("caf").unwrap().bilan.personnes, 11);
}
