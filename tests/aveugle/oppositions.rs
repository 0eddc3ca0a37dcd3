//! Mode B: people who object are blinded with the others, counted by the key holder, and left out at every body.

use std::collections::BTreeSet;

use recours_tables::lire_table;

use super::territoire_b::{TerritoireB, mission_b};
use crate::sceller::territoire::{octets, row_ids};

fn restent(b: &TerritoireB, body: &str) -> BTreeSet<[u8; 16]> {
    row_ids(&lire_table(b.chemin(&format!("linkage/{body}.parquet"))).unwrap().tout().unwrap()).into_iter().collect()
}

fn lignes(n: &[u32]) -> BTreeSet<[u8; 16]> {
    n.iter().map(|n| octets(*n)).collect()
}

/// Fails when mode B delivers an unmarked token of somebody who objects, or no token at all.
#[test]
fn s_opposer_a_un_organisme_vaut_pour_tous_en_un_et_en_deux_tours() {
    for tours in [1, 2] {
        let b = TerritoireB::avec(&mission_b(tours, "rapide"));
        for tour in 1..=tours {
            for body in ["caf", "cpam"] {
                b.par_fichiers(body, tour);
            }
            if tour < tours {
                b.reussir(&["link", "mission.toml", "--tour", "1"]);
            }
        }
        let dit = b.reussir(&["link", "mission.toml"]);
        assert!(dit.contains("opposées chez un organisme : de 1 à 10."), "{dit}");
        assert_eq!((restent(&b, "caf"), restent(&b, "cpam")), (lignes(&[0xa1, 0xa2, 0xa3, 0xa5]), lignes(&[0xb1, 0xb2, 0xb3, 0xb5])));
        assert_eq!(b.oppositions("caf").1.lignes(), 20);
        assert!(!row_ids(&b.table_attributs("caf").1).contains(&octets(0xa4)));
        // Evaluated and counted with the others: four numbers and the canaries' (see `tours.rs` for the rest).
        let compteur: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(b.chemin("tiers_cles/compteur.json")).unwrap()).unwrap();
        let temoins = recours_seal::token::parcourir(&recours_seal::canaris::identites(), &recours_seal::token::PASSES, |_, _, _| {});
        assert_eq!(compteur["evaluations"]["caf"]["p0"].as_u64(), Some(temoins.avec_jeton[0] + 4), "{compteur}");
        b.reussir(&["detect", "mission.toml"]);
    }
}

/// A person without number who objects is still found by name at the second round.
#[test]
fn au_second_tour_on_est_encore_trouve_par_le_nom() {
    let b = TerritoireB::nouveau(2, "rapide");
    let assures = std::fs::read_to_string(b.chemin("bodies/cpam/extrait/assures.csv")).unwrap();
    let sans: String = assures
        .lines()
        .map(|l| {
            let mut champs: Vec<&str> = l.split(';').collect();
            if champs.get(3) == Some(&"OPPOSANT") {
                champs[2] = "";
            }
            champs.join(";") + "\n"
        })
        .collect();
    assert_ne!(sans, assures);
    b.ecrire("bodies/cpam/extrait/assures.csv", &sans);
    for body in ["caf", "cpam"] {
        b.par_fichiers(body, 1);
    }
    b.reussir(&["link", "mission.toml", "--tour", "1"]);
    for body in ["caf", "cpam"] {
        b.par_fichiers(body, 2);
    }
    b.reussir(&["link", "mission.toml"]);
    assert_eq!(restent(&b, "cpam"), lignes(&[0xb1, 0xb2, 0xb3, 0xb5]));
}

/// Requests are signed: whoever has the mission and the key holder's public key cannot spend a body's evaluations.
#[test]
fn une_demande_au_nom_d_un_autre_est_refusee() {
    use recours::cles::Detenteur;
    use recours::entete::{Contenu, Entete};
    use recours_tables::enveloppe;

    let b = TerritoireB::nouveau(1, "rapide");
    b.reussir(&["blind", "mission.toml", "--body", "caf"]);
    let chemin = b.chemin("echanges/caf/demande.t1.001.age");
    let mission = b.mission();
    let mut clair = b.ouvrir(&chemin, &b.chemin("tiers_cles/cle.age"));
    let entete = Entete::nouvelle(Contenu::Demande, &mission, &recours::cles::empreinte_de_mission(&mission).unwrap(), "caf");
    let journal = recours::journal::ouvrir(&mission, &Detenteur::Organisme("cpam".into())).unwrap();
    recours::signature::signer(&mut clair, &entete, &journal).unwrap();
    let tiers = recours::cles::destinataire(&mission, "tiers_cles").unwrap();
    let bonne = std::fs::read(&chemin).unwrap();
    std::fs::write(&chemin, enveloppe::chiffrer(&clair, &[tiers]).unwrap()).unwrap();
    b.refuser(&["serve-keys", "mission.toml", "--input", "echanges/caf"], 3, "E-LIVRAISON-014");
    let compteur = std::fs::read_to_string(b.chemin("tiers_cles/compteur.json")).unwrap();
    assert!(!compteur.contains("\"caf\""), "nothing was counted: {compteur}");
    std::fs::write(&chemin, bonne).unwrap();
    b.reussir(&["serve-keys", "mission.toml", "--input", "echanges/caf"]);
}
