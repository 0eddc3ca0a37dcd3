//! The six bodies' invented files through the mission of the demonstration: both must speak of the same
//! files, columns and codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

use recours_synth::{DroitsOuverts, Parametres, inventer};
use recours_tables::EcrivainParquet;

use super::*;
use crate::regles::{Jeu, jour, vocabulaire};

#[test]
fn les_extraits_inventes_se_chargent_par_la_mission_de_la_demonstration() {
    let racine = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texte = std::fs::read_to_string(racine.join("missions/demo.toml")).unwrap();
    let dossier = tempfile::tempdir().unwrap();
    let mission = Mission::depuis_texte(&dossier.path().join("mission.toml"), &texte).unwrap();
    let pack = Jeu::lire(racine.join("rules/fr")).unwrap().construire(None, jour(&mission)).unwrap_or_else(|e| panic!("{e}"));
    let vocabulaire = vocabulaire(&pack, true);
    let voulues = pack.vocabulary.variables.iter().flat_map(|v| v.columns()).collect();
    let demande = Demande { vocabulaire: &vocabulaire, voulues: &voulues };

    let parametres =
        Parametres { personnes: 1_500, graine: 7, annee: mission.date.year(), mois: u8::try_from(mission.date.month()).unwrap() };
    let mut territoire = inventer(&parametres).unwrap();
    territoire.attribuer(&DroitsOuverts::default()).unwrap();
    let mut salaires = 0;
    for extrait in territoire.extraits() {
        let id = extrait.organisme.id();
        let mut ecrivains: Vec<_> = extrait
            .fichiers
            .iter()
            .map(|f| EcrivainParquet::creer(dossier.path().join("bodies").join(id).join(f.chemin), &f.schema).unwrap())
            .collect();
        for lots in extrait.lots() {
            for (ecrivain, lot) in ecrivains.iter_mut().zip(lots.unwrap()) {
                ecrivain.ecrire(&lot).unwrap();
            }
        }
        ecrivains.into_iter().for_each(|e| e.terminer().unwrap());

        let charge = charger(&mission, id, &demande, &mut |_| {}).unwrap_or_else(|e| panic!("{id} : {e}"));
        assert!(charge.lignes() > 0, "{id}");
        assert!(charge.releve.abandonnees.is_empty(), "{id} : {:?}", charge.releve);
        assert!(charge.releve.mois_absents.is_empty(), "{id} : {:?}", charge.releve);
        assert!(charge.identite(ChampIdentite::Nir).is_some(), "{id}");
        // A column that nobody fills would be a mapping to the wrong column.
        for (champ, colonne) in charge.colonnes.schema().fields().iter().zip(charge.colonnes.columns()) {
            let rares = ["recu_caah", "recu_aspa_personne", "recu_asi", "recu_ass"];
            assert!(
                colonne.null_count() < colonne.len() || rares.iter().any(|r| champ.name().starts_with(r)),
                "{id} : « {} » est toute inconnue",
                champ.name()
            );
        }
        salaires += usize::from(charge.colonnes.column_by_name("salaire_net_m03").is_some());
    }
    assert!(salaires > 0, "aucun organisme n'apporte de salaires");
}
