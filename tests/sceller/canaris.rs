//! Names, numbers and dossier numbers of the extracts go through every command and every refusal; they are
//! found in no file, in no decoded column, and in nothing printed.

use std::fmt::Write as _;

use recours::chemins;
use recours_tables::{Lecteur, lire_table};

use super::territoire::{CANARIS, Territoire, fichiers, personnes_caf};

/// Lower case, accents off, so that no spelling hides.
fn plier(texte: &str) -> String {
    texte.to_lowercase().replace(['é', 'è', 'ê'], "e")
}

fn chercher(ou: &str, octets: &[u8]) {
    let texte = plier(&String::from_utf8_lossy(octets));
    for canari in CANARIS {
        assert!(!texte.contains(canari), "{ou} contient {canari}");
    }
    let hexa: String = octets.iter().fold(String::new(), |mut s, o| {
        let _ = write!(s, "{o:02x}");
        s
    });
    for canari in CANARIS {
        let cherche: String = canari.bytes().map(|o| format!("{o:02x}")).collect();
        assert!(!hexa.contains(&cherche), "{ou} contient {canari} en hexadécimal");
    }
}

fn chercher_dans_les_colonnes(ou: &str, lecteur: Lecteur) {
    for lot in lecteur.lots().unwrap() {
        let lot = lot.unwrap();
        let mut texte = String::new();
        for (champ, colonne) in lot.lot().schema().fields().iter().zip(lot.lot().columns()) {
            // Every cell as text: dates, numbers and codes as a reader of the file would see them.
            let _ = write!(texte, "{} {colonne:?}", champ.name());
        }
        chercher(ou, texte.as_bytes());
    }
}

#[test]
fn aucun_canari_nulle_part() {
    let ici = Territoire::nouveau();
    let mut essais: Vec<Vec<&str>> = vec![vec!["keys", "show", "mission.toml"]];
    essais.extend(["caf", "cpam"].map(|b| vec!["seal", "mission.toml", "--body", b]));
    essais.push(vec!["link", "mission.toml"]);
    essais.push(vec!["seal", "mission.toml", "--body", "caf", "--input", "faux.csv"]);
    essais.push(vec!["seal", "mission.toml", "--body", "caf"]);
    let mut refus = 0;
    let mut lancer = |arguments: &[&str]| {
        let sortie = ici.recours(arguments);
        chercher(&format!("stdout de {arguments:?}"), &sortie.stdout);
        chercher(&format!("stderr de {arguments:?}"), &sortie.stderr);
        refus += usize::from(!sortie.status.success());
    };
    essais.iter().for_each(|e| lancer(e));
    // Every kind of fault in the extract, with the canaries around it.
    let bon = personnes_caf();
    for (cherche, remplace) in [
        ("000a2;", "Canarizeau;"),
        ("1985-06-12", "Zephyrinette"),
        (";ALL;", ";CANARIZEAU;"),
        (";O;N;", ";Canarizeau;N;"),
        ("\n", ";Canarizeau\n"),
        ("row_id;dossier", "Canarizeau;Zephyrinette"),
        ("Seule", "\"Canarizeau"),
    ] {
        ici.ecrire("bodies/caf/extrait/personnes.csv", &bon.replacen(cherche, remplace, 2));
        lancer(&["seal", "mission.toml", "--body", "caf"]);
    }
    ici.ecrire("bodies/caf/extrait/personnes.csv", &bon);
    assert!(refus >= 6, "{refus} refus seulement : les fautes n'ont pas été vues");

    // Nothing outside the bodies' own folders, raw or decoded.
    let mut vus = 0;
    for fichier in fichiers(ici.dossier.path()) {
        let relatif = fichier.strip_prefix(ici.dossier.path()).unwrap();
        if relatif.starts_with("bodies") {
            continue;
        }
        vus += 1;
        let nom = relatif.display().to_string();
        chercher(&nom, nom.as_bytes());
        chercher(&nom, &std::fs::read(&fichier).unwrap());
        if nom.ends_with(".parquet") {
            chercher_dans_les_colonnes(&nom, lire_table(&fichier).unwrap());
        }
    }
    assert!(vus > 12, "{vus} fichiers");
    let mission = ici.mission();
    for body in ["caf", "cpam"] {
        for (enveloppe, cle) in [(ici.jetons(body), chemins::cle_liaison(&mission)), (ici.attributs(body), chemins::cle_hote(&mission))] {
            let clair = ici.ouvrir(&enveloppe, &cle);
            chercher(&format!("{} ouvert", enveloppe.display()), &clair);
            chercher_dans_les_colonnes(&format!("{} décodé", enveloppe.display()), Lecteur::depuis_parquet("clair", clair).unwrap());
        }
    }
    // The search itself finds what it looks for.
    let trouve = std::panic::catch_unwind(|| chercher("extrait", personnes_caf().as_bytes()));
    assert!(trouve.is_err());
}
