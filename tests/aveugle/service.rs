//! The key holder's service on loopback.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::territoire_b::{TerritoireB, mission_large, partition, reperages};

#[test]
fn par_le_service_les_memes_personnes_qu_en_mode_a() {
    let a = TerritoireB::en_mode_a("rapide");
    let b = TerritoireB::avec(&mission_large(2, "rapide"));
    let service = b.service();
    for tour in ["1", "2"] {
        for body in ["caf", "cpam"] {
            b.reussir(&["seal", "mission.toml", "--body", body, "--tour", tour, "--service", &service.adresse]);
            assert!(!b.chemin(&format!("echanges/{body}/demande.t1.001.age")).exists());
        }
        b.reussir(&["link", "mission.toml", "--tour", tour]);
    }
    assert_eq!(partition(&b), partition(&a));
    assert_eq!(reperages(&b), reperages(&a));
}

/// The count is on the disk: stopping the service does not give the questions back.
#[test]
fn le_compte_survit_au_service() {
    let b = TerritoireB::nouveau(1, "rapide");
    let sceller = ["seal", "mission.toml", "--body", "caf", "--service"];
    for _ in 0..2 {
        let service = b.service();
        b.reussir(&[&sceller[..], &[service.adresse.as_str()]].concat());
    }
    // A third time is beyond what the population attested allows.
    let service = b.service();
    let texte = b.refuser(&[&sceller[..], &[service.adresse.as_str()]].concat(), 3, "E-OPRF-006");
    assert!(texte.contains("le tiers des clés refuse") && texte.contains("« caf », passe p0"), "{texte}");
    let journal = recours_tables::journal::verifier_fichier(&b.chemin("tiers_cles/journal.jsonl"), None, None).unwrap();
    let notees: Vec<_> = journal.entrees.iter().filter(|e| e.acte == "evaluation").filter_map(|e| e.contenu.as_ref()).collect();
    assert_eq!(notees.iter().map(|c| c["issue"].as_str()).collect::<Vec<_>>(), ["servie", "servie", "refusee E-OPRF-006"]);
    assert!(notees.iter().all(|c| c["organisme"] == "caf" && c.contains_key("p0")), "{notees:?}");
}

#[test]
fn le_service_refuse_ce_qui_n_est_pas_une_demande_et_sert_le_suivant() {
    let b = TerritoireB::nouveau(1, "rapide");
    b.refuser(&["serve-keys", "mission.toml", "--ecoute", "0.0.0.0:7497"], 2, "E-OPRF-014");
    b.refuser(&["seal", "mission.toml", "--body", "caf", "--service", "192.0.2.1:7497"], 2, "E-OPRF-014");
    let service = b.service();
    let envoyer = |octets: &[u8]| {
        let mut prise = TcpStream::connect(&service.adresse).unwrap();
        prise.write_all(octets).unwrap();
        prise.shutdown(std::net::Shutdown::Write).unwrap();
        let mut recu = Vec::new();
        let _ = prise.read_to_end(&mut recu);
        String::from_utf8_lossy(recu.get(9..).unwrap_or_default()).into_owned()
    };
    assert!(envoyer(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").contains("E-OPRF-013"));
    let trame = |octets: &[u8]| [b"RECOURS-OPRF-1\n".as_slice(), &(octets.len() as u64).to_be_bytes(), octets].concat();
    assert!(envoyer(&trame(b"age-encryption.org/v1\nnon")).contains("E-ENVELOPPE-00"));
    assert!(envoyer(&trame(&[])).contains("E-ENVELOPPE-006"));
    let demesuree = [b"RECOURS-OPRF-1\n".as_slice(), &u64::MAX.to_be_bytes()].concat();
    assert!(envoyer(&demesuree).contains("E-OPRF-019"));
    assert_eq!(envoyer(&trame(b"coupe")[..20]), "");
    b.reussir(&["seal", "mission.toml", "--body", "caf", "--service", &service.adresse]);
    drop(service);
    b.refuser(&["seal", "mission.toml", "--body", "caf", "--service", "127.0.0.1:1"], 4, "E-OPRF-015");
}
