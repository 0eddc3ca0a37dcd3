//! The same refusals in mode B.

use super::banc::{Banc, LIGNE_CPAM, LIGNES, conventionnee};

/// As the tests of mode B, with lines.
fn mission_b(lignes: &str) -> String {
    conventionnee()
        .replace(LIGNES, lignes)
        .replace("mode = \"A\"\nsuite = \"rgs\"", "mode = \"B\"\nsuite = \"rapide\"\ntours = 2")
        .replace("plafond_liste = 300", "plafond_liste = 300\npopulation = 1010")
        + "\n[liaison]\npasses_elargies = false\n"
}

fn tour(ici: &Banc, body: &str, tour: &str) -> String {
    ici.reussir(&["blind", "mission.toml", "--body", body, "--tour", tour]);
    ici.reussir(&["serve-keys", "mission.toml", "--input", &format!("echanges/{body}")]);
    ici.reussir(&["finalise", "mission.toml", "--body", body, "--tour", tour])
}

#[test]
fn sans_ligne_ou_sans_signature_rien_n_est_aveugle() {
    let blind = ["blind", "mission.toml", "--body", "cpam"];
    let ici = Banc::avec(&mission_b(&LIGNES.replace(LIGNE_CPAM, "du = 2025-07-01\nau = 2026-09-30")));
    ici.refuse(&blind, "E-MANIFESTE-002", &["« c2s_ouverte »", "« cpam »"]);

    let ici = Banc::avec(&mission_b(LIGNES));
    ici.reussir(&blind);
    ici.reussir(&["serve-keys", "mission.toml", "--input", "echanges/cpam"]);
    ici.changer("\"informer\"", "\"attribuer\"");
    ici.refuse(&blind, "E-MANIFESTE-010", &["La finalité passe de « informer » à « attribuer »."]);
    ici.refuse(&["finalise", "mission.toml", "--body", "cpam"], "E-MANIFESTE-010", &["La finalité passe"]);
    ici.refuse(&["link", "mission.toml", "--tour", "1"], "E-MANIFESTE-010", &["La finalité passe"]);
}

#[test]
fn sans_sa_ligne_le_numero_n_est_pas_aveugle_et_le_reste_relie() {
    let lignes = LIGNES
        .replace("organisme = \"cpam\"\nfamilles = [\"identite\", \"numero_national\"]", "organisme = \"cpam\"\nfamilles = [\"identite\"]");
    let ici = Banc::avec(&mission_b(&lignes));
    tour(&ici, "caf", "1");
    tour(&ici, "cpam", "1");
    ici.reussir(&["link", "mission.toml", "--tour", "1"]);
    tour(&ici, "caf", "2");
    let dit = tour(&ici, "cpam", "2");
    assert!(dit.contains("aucun jeton : pas de ligne « numero_national »"), "{dit}");
    let (_, lot) = ici.table_jetons("cpam");
    let avec = |colonne: &str| lot.lot().column_by_name(colonne).unwrap().len() - lot.lot().column_by_name(colonne).unwrap().null_count();
    assert_eq!((avec("p0"), avec("p1")), (0, 0));
    assert!(avec("p2") > 0);
    let dit = ici.reussir(&["link", "mission.toml"]);
    assert!(dit.contains("reliées"), "{dit}");
}
