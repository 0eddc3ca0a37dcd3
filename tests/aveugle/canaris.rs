//! Names and numbers go through mode B; nothing of them is in what the key holder receives, keeps or says.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

use super::territoire_b::{TerritoireB, mission_b};
use crate::sceller::territoire::{CANARIS, fichiers, personnes_caf, row_id};

fn chercher(ou: &str, octets: &[u8]) {
    let texte = String::from_utf8_lossy(octets).to_lowercase().replace(['é', 'è', 'ê'], "e");
    let hexa = octets.iter().fold(String::new(), |mut s, o| {
        let _ = write!(s, "{o:02x}");
        s
    });
    for canari in CANARIS {
        let en_hexa: String = canari.bytes().map(|o| format!("{o:02x}")).collect();
        assert!(!texte.contains(canari) && !hexa.contains(&en_hexa), "{ou} contient {canari}");
    }
    // Nor the body's row ids: the key holder has no way to say that two requests are of one person.
    for n in [0xa1, 0xa2, 0xb1] {
        assert!(!hexa.contains(&row_id(n)), "{ou} contient un numéro de ligne");
    }
}

#[test]
fn le_tiers_des_cles_ne_voit_personne() {
    {
        let b = TerritoireB::nouveau(2, "rapide");
        let mut dit = String::new();
        for tour in ["1", "2"] {
            for body in ["caf", "cpam"] {
                b.reussir(&["blind", "mission.toml", "--body", body, "--tour", tour]);
                dit += &b.reussir(&["serve-keys", "mission.toml", "--input", &format!("echanges/{body}")]);
                b.reussir(&["finalise", "mission.toml", "--body", body, "--tour", tour]);
            }
            b.reussir(&["link", "mission.toml", "--tour", tour]);
        }
        chercher("ce que dit serve-keys", dit.as_bytes());
        let mut vus = 0;
        for fichier in fichiers(&b.chemin("tiers_cles")) {
            vus += 1;
            chercher(&fichier.display().to_string(), &std::fs::read(&fichier).unwrap());
            let droits = std::fs::metadata(&fichier).unwrap().permissions().mode() & 0o777;
            assert_eq!(droits, 0o600, "{}", fichier.display());
        }
        assert!(vus >= 5, "{vus} fichiers chez le tiers");
        for body in ["caf", "cpam"] {
            for tour in ["1", "2"] {
                let demande = b.chemin(&format!("echanges/{body}/demande.t{tour}.001.age"));
                let reponse = b.chemin(&format!("echanges/{body}/reponse.t{tour}.001.age"));
                for (enveloppe, cle) in [(demande, "tiers_cles/cle.age".to_owned()), (reponse, format!("bodies/{body}/cle.age"))] {
                    chercher(&enveloppe.display().to_string(), &std::fs::read(&enveloppe).unwrap());
                    let (_, lot) = b.table(&enveloppe, &b.chemin(&cle));
                    chercher("échange ouvert", &b.ouvrir(&enveloppe, &b.chemin(&cle)));
                    chercher("échange décodé", format!("{:?}", lot.lot()).as_bytes());
                    let noms: Vec<String> = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
                    assert!(noms == ["passe", "elements"] || noms == ["passe", "elements", "preuve"], "{noms:?}");
                }
            }
        }
    }
}

/// Every refusal that a body can meet, with the canaries in its extract.
#[test]
fn aucun_refus_ne_montre_personne() {
    let b = TerritoireB::avec(&mission_b(1, "rapide").replace("population = 1010", "population = 100000"));
    b.reussir(&["blind", "mission.toml", "--body", "caf"]);
    let prive = b.chemin("bodies/caf/aveugle/etat.t1.001.age");
    assert_eq!(std::fs::metadata(&prive).unwrap().permissions().mode() & 0o777, 0o600);
    chercher("l'état privé chiffré", &std::fs::read(&prive).unwrap());
    // Even opened it holds row ids and blinds, no identity.
    let clair = String::from_utf8_lossy(&b.ouvrir(&prive, &b.chemin("bodies/caf/cle.age"))).to_lowercase();
    assert!(CANARIS.iter().all(|c| !clair.contains(c)));
    b.reussir(&["serve-keys", "mission.toml", "--input", "echanges/caf"]);
    let bon = personnes_caf();
    let mut refus = 0;
    for (cherche, remplace) in [
        ("000a2;", "Canarizeau;"),
        (";ALL;", ";CANARIZEAU;"),
        (";O;N;", ";Canarizeau;N;"),
        ("\n", ";Canarizeau\n"),
        ("1985-06-12", "Zephyrinette"),
        ("Zéphyrinette", "Zéphyrin"),
    ] {
        b.ecrire("bodies/caf/extrait/personnes.csv", &bon.replacen(cherche, remplace, 2));
        for commande in ["blind", "finalise"] {
            let sortie = b.recours(&[commande, "mission.toml", "--body", "caf", "--out", "ailleurs"]);
            chercher("stderr", &sortie.stderr);
            chercher("stdout", &sortie.stdout);
            refus += usize::from(!sortie.status.success());
            // A blinding that succeeds takes the place of the other: begin again.
            if commande == "blind" && sortie.status.success() {
                b.reussir(&["serve-keys", "mission.toml", "--input", "ailleurs"]);
            }
        }
    }
    assert!(refus >= 6, "{refus} refus seulement");
}
