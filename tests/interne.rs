//! At home: what a body finds by facts that nobody else may see, and that nobody else sees.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use recours_engine::outreach::COLONNES;
use recours_tables::lire_table;

use crate::sceller::territoire::{Territoire, fichiers, mission, octets, row_id, row_ids};

const REGLE: &str = "rupture_versement_rejete";
/// Facts that stay with the CAF: the day of a refused payment, a health benefit.
const COLONNES_GARDEES: [&str; 4] = ["versement_rejete", "compte_a_jour", "aeeh_versee", "rejet_banque"];

/// The territory's mission, with what the CAF evaluates at home and the columns that it then reads.
fn avec_interne(interne: &str) -> String {
    mission("essai", "2026-T4")
        .replacen("plafond_liste = 300\n", &format!("plafond_liste = 300\ninterne = [{interne}]\n"), 1)
        .replacen("enceinte = \"grossesse\"\n", "enceinte = \"grossesse\"\naeeh_versee = \"aeeh\"\n", 1)
        .replacen(
            "recu_rsa = \"mt_rsa\"\n",
            "recu_rsa = \"mt_rsa\"\nversement_rejete = \"rejet_banque\"\ncompte_a_jour = \"rib_a_jour\"\n",
            1,
        )
}

/// Number, file, birth, the bank's refusal, a new account, and what the register says: dead, objects, renounces.
type Cas = (u32, &'static str, &'static str, &'static str, &'static str, [bool; 2], &'static str);

const GENS: [Cas; 10] = [
    (0xa1, "D1", "1985-06-12", "2026-09-25", "N", [false, false], ""),
    (0xa2, "D2", "1970-05-09", "2026-09-25", "N", [false, true], ""),
    (0xa3, "D3", "1990-02-14", "2026-09-25", "N", [true, false], ""),
    (0xa4, "D4", "1991-02-14", "2026-09-25", "N", [false, false], "rupture_versement_rejete:2026-05-01"),
    // Under age, and alone in the file.
    (0xa5, "D5", "2010-02-14", "2026-09-25", "N", [false, false], ""),
    // Nobody knows whether the bank refused: nothing to propose.
    (0xa6, "D6", "1992-02-14", "NA", "N", [false, false], ""),
    // Nobody knows whether there is a new account: to ask.
    (0xa7, "D7", "1993-02-14", "2026-09-25", "", [false, false], ""),
    (0xa8, "D8", "1994-02-14", "2026-09-25", "O", [false, false], ""),
    // The next payment is past.
    (0xa9, "D9", "1995-02-14", "2026-08-25", "N", [false, false], ""),
    // The same person as 0xa3, whose death another row tells.
    (0xaa, "DA", "1990-02-14", "2026-09-25", "N", [false, false], ""),
];

fn nir(n: u32) -> String {
    let treize = 2_900_299_999_000 + u64::from(if n == 0xaa { 0xa3 } else { n });
    format!("{treize}{:02}", 97 - treize % 97)
}

fn territoire(interne: &str) -> Territoire {
    let ici = Territoire::nouveau();
    ici.ecrire("mission.toml", &avec_interne(interne));
    let mut personnes = String::from("row_id;dossier;qualite;nir;nom;prenom;ne_le;sexe;cp;rsa;grossesse;vieux_salaire;aeeh\n");
    let mut dossiers = String::from("numero;mt_rsa;rejet_banque;rib_a_jour\n");
    let mut registre = String::from(
        "row_id;nir;nom_naissance;nom_usage;prenoms;date_naissance;code_postal;adresse_ligne1;adresse_ligne2;adresse_commune;telephone;\
         email;canal_prefere;contacts_telephone;contacts_accueil;contacts_courrier;contacts_numerique;pieces_detenues;\
         adresse_confidentielle;sous_tutelle;decede;opposition;renonciations\n",
    );
    for (n, dossier, ne_le, rejet, rib, [decede, oppose], renonce) in GENS {
        let (id, nir) = (row_id(n), nir(n));
        personnes += &format!("{id};{dossier};ALL;{nir};Inventé{n};Camille;{ne_le};F;99120;O;N;1200;O\n");
        dossiers += &format!("{dossier};600;{rejet};{rib}\n");
        registre += &format!(
            "{id};{nir};Inventé{n};;Camille;{ne_le};99120;1 rue inventée;;Villeneuve;;;courrier;0;0;1;0;;N;N;{};{};{renonce}\n",
            if decede { "O" } else { "N" },
            if oppose { "O" } else { "N" },
        );
    }
    ici.ecrire("bodies/caf/extrait/personnes.csv", &personnes);
    ici.ecrire("bodies/caf/extrait/dossiers.csv", &dossiers);
    ici.ecrire("bodies/caf/autre_registre.csv", &registre);
    ici
}

fn interne(ici: &Territoire) -> std::process::Output {
    ici.recours(&["interne", "mission.toml", "--body", "caf", "--register", "bodies/caf/autre_registre.csv"])
}

#[test]
fn ce_que_la_caf_trouve_chez_elle() {
    let ici = territoire(&format!("\"{REGLE}\""));
    let sortie = interne(&ici);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    let texte = String::from_utf8(sortie.stdout).unwrap();
    assert!(texte.contains("à proposer 1, à vérifier 1 ; sans date connue 1, écartées 4"), "{texte}");

    let fichier = ici.chemin("bodies/caf/interne.parquet");
    assert_eq!(std::fs::metadata(&fichier).unwrap().permissions().mode() & 0o777, 0o600);
    let lecteur = lire_table(&fichier).unwrap();
    assert_eq!((lecteur.annotation("recours.contenu"), lecteur.annotation("recours.organisme")), (Some("interne"), Some("caf")));
    let lot = lecteur.tout().unwrap();
    let noms: Vec<String> = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
    assert_eq!(noms, COLONNES);
    let texte = |nom: &str| lot.lot().column_by_name(nom).unwrap().as_string::<i32>().clone();
    let jours = |nom: &str| lot.lot().column_by_name(nom).unwrap().as_primitive::<Date32Type>().clone();
    let bandes: BTreeMap<[u8; 16], String> = row_ids(&lot).into_iter().zip(texte("bande").iter().map(|b| b.unwrap().to_owned())).collect();
    assert_eq!(bandes, BTreeMap::from([(octets(0xa1), "à proposer".to_owned()), (octets(0xa7), "à vérifier".to_owned())]));
    assert!(texte("regle").iter().all(|r| r.unwrap().starts_with(&format!("{REGLE}@"))));
    // The row lasts no longer than what it is about, and is useful before.
    for (utile, expire) in jours("date_utile").iter().zip(&jours("expire")) {
        assert!(utile.unwrap() <= expire.unwrap() && expire.unwrap() < 20_727 + 31);
    }
    // The log has the act and rounded counts.
    let journal = std::fs::read_to_string(ici.chemin("bodies/caf/journal.jsonl")).unwrap();
    assert!(journal.contains("\"interne\"") && journal.contains("de 1 à 10"), "{journal}");
}

/// Fails when a fact of the holder's, or what follows from it, is anywhere outside its own folder.
#[test]
fn rien_n_en_sort() {
    let ici = territoire(&format!("\"{REGLE}\""));
    let bilan = ici.sceller("caf").unwrap();
    assert!(bilan.colonnes.iter().all(|c| !COLONNES_GARDEES.contains(&c.as_str())));
    assert!(["aeeh_versee", "compte_a_jour", "versement_rejete"].iter().all(|c| bilan.refusees.iter().any(|r| r == c)), "{bilan:?}");
    ici.sceller("cpam").unwrap();
    ici.relier().unwrap();
    assert!(interne(&ici).status.success());
    let sortie = ici.recours(&["detect", "mission.toml"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));

    let (_, livre) = ici.table_attributs("caf");
    let noms: Vec<String> = livre.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
    assert!(noms.iter().all(|n| !COLONNES_GARDEES.contains(&n.as_str())), "{noms:?}");
    // Neither the rule nor the facts, in any file of the others, decrypted or not, nor in what the command says.
    let mut vus = 0;
    let auditeur = recours_tables::IdentiteAge::lire(&ici.chemin("auditeur/cle.age")).unwrap();
    let clairs = [
        ici.ouvrir(&ici.attributs("caf"), &ici.chemin("host/cle.age")),
        ici.ouvrir(&ici.jetons("caf"), &ici.chemin("linkage/cle.age")),
        recours::cles::ouvrir_enveloppe(&ici.chemin("host/trace.parquet.age"), &auditeur).unwrap(),
        sortie.stdout,
        sortie.stderr,
    ];
    let autres = ["host", "linkage", "deliveries", "auditeur", "bodies/cpam"].map(|d| ici.chemin(d));
    let ecrits = autres.iter().flat_map(|d| fichiers(d)).map(|f| std::fs::read(f).unwrap());
    for octets in clairs.into_iter().chain(ecrits) {
        vus += 1;
        for mot in COLONNES_GARDEES.into_iter().chain([REGLE]) {
            assert!(!octets.windows(mot.len()).any(|w| w == mot.as_bytes()), "« {mot} » est sorti de la Caf");
        }
    }
    assert!(vus > 12, "{vus}");
    let reperages = lire_table(ici.chemin("host/findings.parquet")).unwrap().tout().unwrap();
    let droits = reperages.lot().column_by_name("right").unwrap().as_string::<i32>();
    assert!(droits.len() > 0 && droits.iter().all(|d| d != Some(REGLE)));
}

#[test]
fn ce_qui_est_a_l_hote_ou_a_personne_est_refuse() {
    for (interne_de, code) in [
        ("", "E-CHEZSOI-001"),
        ("\"rsa\"", "E-CHEZSOI-003"),
        ("\"rupture_versement_rejette\"", "E-REGLES-005"),
        ("\"rupture_versement_rejete\", \"rupture_versement_rejete\"", "E-MISSION-010"),
    ] {
        let ici = territoire(interne_de);
        let sortie = interne(&ici);
        let erreur = String::from_utf8(sortie.stderr).unwrap();
        assert_eq!(sortie.status.code(), Some(3), "{erreur}");
        assert!(erreur.contains(code), "{interne_de} : {erreur}");
        assert!(!ici.chemin("bodies/caf/interne.parquet").exists());
    }
}

/// A register that says nothing of objections is no consent.
#[test]
fn sans_registre_rien_n_est_fait() {
    let ici = territoire(&format!("\"{REGLE}\""));
    ici.ecrire("bodies/caf/autre_registre.csv", "row_id\n");
    let sortie = interne(&ici);
    assert_eq!(sortie.status.code(), Some(3));
    std::fs::remove_file(ici.chemin("bodies/caf/autre_registre.csv")).unwrap();
    let sortie = interne(&ici);
    assert_eq!(sortie.status.code(), Some(3), "{}", String::from_utf8_lossy(&sortie.stdout));
    assert!(!ici.chemin("bodies/caf/interne.parquet").exists());
}

#[test]
fn le_fichier_se_relit_chez_soi_et_pas_ailleurs() {
    let ici = territoire(&format!("\"{REGLE}\""));
    assert!(interne(&ici).status.success());
    let mission = ici.mission();
    let fichier = ici.chemin("bodies/caf/interne.parquet");
    let lire = |body: &str| recours::commandes::interne::lire(&mission, mission.organisme(body).unwrap(), &fichier);
    let (lignes, pack) = lire("caf").unwrap();
    assert_eq!((lignes.len(), pack.rights.len(), lignes[0].droit.as_str()), (2, 1, REGLE));
    assert_eq!(lire("cpam").err().unwrap().code, "E-CHEZSOI-001");
    let mut octets = std::fs::read(&fichier).unwrap();
    octets[40] ^= 1;
    std::fs::write(&fichier, octets).unwrap();
    assert_eq!(lire("caf").err().unwrap().code, "E-CHEZSOI-006");
}
