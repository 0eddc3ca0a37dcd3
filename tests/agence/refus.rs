//! What a tool destroyed, or what could be read two ways, through the commands: refused, with where and what to do, and
//! never with the value.

use crate::evaluer::banc::Banc;
use crate::sceller::territoire::{Territoire, personnes_caf};

/// A sealing that must be refused; what it said.
fn seal(octets: &[u8]) -> String {
    let ici = Territoire::nouveau();
    std::fs::write(ici.chemin("bodies/caf/extrait/personnes.csv"), octets).unwrap();
    let sortie = ici.recours(&["seal", "mission.toml", "--body", "caf"]);
    let texte = String::from_utf8_lossy(&sortie.stderr).into_owned() + &String::from_utf8_lossy(&sortie.stdout);
    assert_eq!(sortie.status.code(), Some(3), "{texte}");
    assert!(!recours::chemins::livraison(&ici.mission(), "caf").exists());
    texte
}

/// The number of a person after a spreadsheet opened the file and saved it: Excel, then SAS.
#[test]
fn un_numero_de_securite_sociale_detruit_est_refuse() {
    let texte = personnes_caf();
    let numero = texte.split(';').find(|c| c.starts_with("28506759990")).unwrap();
    for detruit in ["2,85068E+14", "2.850676E14", "###############", "#N/A"] {
        let dit = seal(texte.replace(numero, detruit).as_bytes());
        for attendu in ["E-TABLE-023", "colonne « nir », ligne 1", if detruit == "#N/A" { "formule" } else { "format Texte" }] {
            assert!(dit.contains(attendu), "« {attendu} » attendu :\n{dit}");
        }
        assert!(!dit.contains(detruit), "{dit}");
    }
}

/// « CŒUR » in ISO-8859-15, « Béatrice » in page 850: as Windows-1252 they are other names, and nobody would be told.
#[test]
fn un_texte_de_sas_unix_ou_de_ms_dos_n_est_pas_lu_de_travers() {
    let texte = personnes_caf().replace("Zéphyrinette", "Nom").replace("Hector", "@");
    for octets in [&b"C\xbcUR"[..], b"B\x82atrice"] {
        let fichier: Vec<u8> = texte.bytes().flat_map(|o| if o == b'@' { octets.to_vec() } else { vec![o] }).collect();
        let dit = seal(&fichier);
        assert!(dit.contains("E-TABLE-018") && dit.contains("ligne 3 du fichier") && dit.contains("latin9"), "{dit}");
    }
}

#[test]
fn une_date_en_nombre_est_refusee_par_evaluate() {
    let mut banc = Banc::nouveau();
    // The same day for SAS (9586) and for Excel (31502): nothing tells them apart.
    for nombre in ["9586", "31502"] {
        banc.personnes.colonne("date_naissance")[1] = nombre.into();
        let dit = banc.refus(&["E-TABLE-024", "colonne « date_naissance », ligne 2", "SAS", "Excel", "yymmdd10."]);
        assert!(!dit.contains(nombre), "{dit}");
    }
    banc.personnes.colonne("date_naissance")[1] = "31/03/86".into();
    banc.refus(&["E-TABLE-024", "deux chiffres"]);
}

#[test]
fn des_milliers_qui_ressemblent_a_des_decimales_sont_refuses_par_evaluate() {
    let mut banc = Banc::nouveau();
    for (i, montant) in ["1.650", "1.422", "0"].iter().enumerate() {
        banc.personnes.colonne("salaire_net_m00")[i] = (*montant).into();
    }
    banc.personnes.colonne("salaire_net_m00")[3] = "A".into();
    banc.refus(&["E-TABLE-025", "colonne « salaire_net_m00 », ligne 1", "commax"]);
    banc.personnes.colonne("salaire_net_m00")[0] = "1650,00".into();
    banc.personnes.colonne("salaire_net_m00")[1] = "1422,00".into();
    banc.refus(&["E-TABLE-026", "ligne 4", "SAS"]);
}

#[test]
fn une_cle_que_r_arrondit_est_refusee() {
    let mut banc = Banc::nouveau();
    banc.foyers.colonne("household_id")[0] = "1e+05".into();
    banc.refus(&["E-TABLE-023", "colonne « household_id », ligne 1", "scipen"]);
}
