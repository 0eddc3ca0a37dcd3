//! A refusal holds from one wave to the next, until the person's situation changes in their body's own register.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryArray, RecordBatch, StringArray, UInt8Array};
use recours::commandes::open::{Ouverture, Role};
use recours::commandes::returns::{Demande, traiter};
use recours::progression::Progression;
use recours::retours::intervalle::ErreurExamen;
use recours::retours::refus::Refusees;
use recours_tables::{ecrire_ensemble, ecrire_parquet};

use super::banc::{JOUR, ligne_de};
use crate::listes::territoire::{Personne, Territoire, ligne_chez, personne};

/// A register of four people under row numbers drawn for `vague`, with what `change` makes of them.
fn registre(chemin: &Path, vague: usize, change: impl Fn(usize, &mut [String; 4])) {
    let mut colonnes: Vec<[String; 4]> = Vec::new();
    for n in 0..4 {
        let mut faits = ["célibataire".to_owned(), "demandeur d'emploi".into(), format!("{n} rue Inventée"), "99100".into()];
        change(n, &mut faits);
        colonnes.push(faits);
    }
    let texte = |i: usize| Arc::new(StringArray::from_iter_values(colonnes.iter().map(|c| c[i].clone()))) as ArrayRef;
    let row_id: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_iter((0..4).map(|n| ligne_de(vague * 100 + n))).unwrap());
    let nir: ArrayRef = Arc::new(StringArray::from_iter((0..4).map(|n| (n < 3).then(|| format!("26101990010{n:02}")))));
    let lot = RecordBatch::try_from_iter([
        ("row_id", row_id),
        ("nir", nir),
        ("date_naissance", Arc::new(Date32Array::from(vec![-3_226; 4])) as ArrayRef),
        ("situation_familiale", texte(0)),
        ("enfants_a_charge", Arc::new(UInt8Array::from(vec![0, 1, 2, 0]))),
        ("statut", texte(1)),
        ("adresse_ligne1", texte(2)),
        ("code_postal", texte(3)),
    ])
    .unwrap();
    ecrire_parquet(chemin, &lot.schema(), &[lot]).unwrap();
}

/// Whose RSA is not proposed again in a wave.
fn respectes(refus: &Path, registre: &Path, vague: usize) -> Vec<usize> {
    let voulus: HashSet<[u8; 16]> = (0..4).map(|n| ligne_de(vague * 100 + n)).collect();
    let retenus = Refusees::lire(refus).unwrap().a_respecter(registre, &voulus).unwrap();
    assert!(retenus.iter().all(|(_, droit)| droit == "rsa"));
    (0..4).filter(|n| retenus.contains(&(ligne_de(vague * 100 + n), "rsa".into()))).collect()
}

#[test]
fn un_refus_tient_d_une_vague_a_l_autre_jusqu_a_un_changement() {
    let d = tempfile::tempdir().unwrap();
    let (premier, second, refus) = (d.path().join("v1.parquet"), d.path().join("v2.parquet"), d.path().join("refus.parquet"));
    registre(&premier, 1, |_, _| {});
    let dits: BTreeSet<([u8; 16], String, i32)> =
        (0..4).filter(|n| *n != 2).map(|n| (ligne_de(100 + n), "rsa".to_owned(), JOUR + 4)).collect();
    let mut refusees = Refusees::lire(&refus).unwrap();
    // The fourth has no number: nothing could find them again.
    assert_eq!(refusees.retenir(&premier, &dits).unwrap(), 1);
    ecrire_ensemble(vec![refusees.preparer(&refus).unwrap()]).unwrap();
    // Other row numbers, the same people, capitals and accents aside.
    registre(&second, 2, |_, faits| faits[0] = "CELIBATAIRE".into());
    assert_eq!(respectes(&refus, &second, 2), [0, 1]);
    // Each declared fact brings the right back, for whom it changed.
    for (fait, valeur) in [(0, "marié"), (1, "salarié"), (2, "9 rue Nouvelle"), (3, "99200")] {
        registre(&second, 2, |n, faits| {
            if n == 1 {
                faits[fait] = valeur.into();
            }
        });
        assert_eq!(respectes(&refus, &second, 2), [0], "{fait}");
    }
    // Said again in the new situation, it holds again; read twice, an old one does not.
    let encore = |jour| BTreeSet::from([(ligne_de(201), "rsa".to_owned(), jour)]);
    let mut refusees = Refusees::lire(&refus).unwrap();
    refusees.retenir(&second, &encore(JOUR + 4)).unwrap();
    ecrire_ensemble(vec![refusees.preparer(&refus).unwrap()]).unwrap();
    assert_eq!(respectes(&refus, &second, 2), [0]);
    let mut refusees = Refusees::lire(&refus).unwrap();
    refusees.retenir(&second, &encore(JOUR + 90)).unwrap();
    ecrire_ensemble(vec![refusees.preparer(&refus).unwrap()]).unwrap();
    assert_eq!(respectes(&refus, &second, 2), [0, 1]);
}

/// Over two lists: who refused is not proposed the right again, until they move.
#[test]
fn open_ne_propose_plus_un_droit_refuse_avant_un_changement() {
    let gens: Vec<Personne> = (0..3).map(|n| personne(n, &["caf"])).collect();
    let t = Territoire::nouveau(&gens, &[(0, "rsa", "probable", None), (1, "rsa", "probable", None), (2, "rsa", "probable", None)], 300);
    assert_eq!(t.ouvrir("caf").personnes, 3);
    let suivi = t.chemin("bodies/caf/liste/suivi.parquet");
    let refusee = recours::retours::suivi::lire(&suivi).unwrap().into_iter().find(|l| l.suivie.row_id == ligne_chez("caf", 1)).unwrap();
    let formulaire = t.chemin("rempli.csv");
    let rangee = format!("{};{};rsa;refus;02/10/2026;téléphone", refusee.vague, refusee.suivie.fiche);
    std::fs::write(&formulaire, format!("vague;fiche;droit;étape;date;canal\r\n{rangee}\r\n")).unwrap();
    let (registre, sortie) = (t.chemin("bodies/caf/registre.parquet"), t.chemin("bodies/caf/retours"));
    let bilan = traiter(&Demande {
        mission: &t.mission,
        formulaires: &[formulaire],
        suivis: &[suivi],
        sortie: sortie.clone(),
        registre: Some(registre.clone()),
        remplacer: false,
        erreur: ErreurExamen::AUCUNE,
        transmettre: None,
        mesurer: None,
        jour: JOUR + 4,
    })
    .unwrap();
    assert_eq!(bilan.refus, (1, 0));
    let refus = sortie.join("refus.parquet");
    let ouvrir = || {
        let (liste, cle, pages) = (t.chemin("lists/caf.age"), t.chemin("bodies/caf/cle.age"), t.chemin("bodies/caf/suivante"));
        let bilan = Ouverture {
            mission: &t.mission,
            liste: &liste,
            registre: registre.as_path().into(),
            cle: &cle,
            sortie: &pages,
            jour: crate::listes::territoire::JOUR,
            role: Role::TravailleurSocial,
            lieux: None,
            avec: None,
            refus: Some(&refus),
            equipe: None,
        }
        .ouvrir(&Progression::silencieuse())
        .unwrap();
        let lignes = recours::retours::suivi::lire(&t.chemin("bodies/caf/suivante/suivi.parquet")).unwrap();
        (bilan.renoncees, lignes.iter().map(|l| l.suivie.row_id).collect::<HashSet<_>>())
    };
    let (renoncees, vues) = ouvrir();
    assert_eq!(renoncees, 1);
    assert_eq!(vues, HashSet::from([ligne_chez("caf", 0), ligne_chez("caf", 2)]));
    // They move: the right is proposed again.
    let lot = recours_tables::lire_table(&registre).unwrap().tout().unwrap().lot().clone();
    let place = lot.schema().index_of("adresse_ligne1").unwrap();
    let mut colonnes = lot.columns().to_vec();
    colonnes[place] = Arc::new(StringArray::from(vec!["0 rue inventée", "12 rue Nouvelle", "2 rue inventée"]));
    let demenage = RecordBatch::try_new(lot.schema(), colonnes).unwrap();
    ecrire_parquet(&registre, &demenage.schema(), &[demenage]).unwrap();
    assert_eq!(ouvrir().1.len(), 3);
}

/// The file says what changed by digests: neither an address nor a situation can be read in it.
#[test]
fn le_fichier_des_refus_ne_dit_pas_la_situation() {
    let d = tempfile::tempdir().unwrap();
    let (registre_1, refus) = (d.path().join("v1.parquet"), d.path().join("refus.parquet"));
    registre(&registre_1, 1, |_, _| {});
    let mut refusees = Refusees::lire(&refus).unwrap();
    refusees.retenir(&registre_1, &BTreeSet::from([(ligne_de(100), "rsa".to_owned(), JOUR)])).unwrap();
    ecrire_ensemble(vec![refusees.preparer(&refus).unwrap()]).unwrap();
    let lot = recours_tables::lire_table(&refus).unwrap().tout().unwrap();
    let situation = lot.colonne("situation").unwrap().texte().unwrap().value(0).to_owned();
    assert_eq!(situation.split(';').map(|f| f.split('=').next().unwrap()).collect::<Vec<_>>(), ["adresse", "composition", "statut"]);
    assert!(!situation.contains("rue") && !situation.contains("99100"), "{situation}");
    assert_eq!(
        recours::retours::refus::COLONNES.map(str::to_owned).to_vec(),
        lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect::<Vec<_>>()
    );
}
