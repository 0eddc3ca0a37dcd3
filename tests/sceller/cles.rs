//! Keys: made once, shown without secrets, destroyed on purpose.

use std::os::unix::fs::PermissionsExt;

use super::territoire::{Territoire, fichiers, mission};

const SECRETS: [&str; 13] = [
    "auditeur/cle.age",
    "auditeur/signature.cle",
    "bodies/caf/cle.age",
    "bodies/caf/niveau1.cle",
    "bodies/caf/signature.cle",
    "bodies/cpam/cle.age",
    "bodies/cpam/niveau1.cle",
    "bodies/cpam/signature.cle",
    "host/cle.age",
    "host/signature.cle",
    "linkage/cle.age",
    "linkage/niveau2.cle",
    "linkage/signature.cle",
];

/// Acts of a log, in order.
fn actes(ici: &Territoire, journal: &str) -> Vec<String> {
    let lu = recours_tables::journal::verifier_fichier(&ici.chemin(journal), None, None).unwrap();
    lu.entrees.into_iter().map(|e| e.acte).collect()
}

fn lire(ici: &Territoire, relatif: &str) -> String {
    std::fs::read_to_string(ici.chemin(relatif)).unwrap()
}

#[test]
fn toutes_les_cles_d_une_mission_inventee() {
    let ici = Territoire::sans_cles();
    let sortie = ici.recours(&["keys", "new", "mission.toml"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    for secret in SECRETS {
        let droits = std::fs::metadata(ici.chemin(secret)).unwrap().permissions().mode() & 0o777;
        assert_eq!(droits, 0o600, "{secret}");
    }
    assert_eq!(lire(&ici, "bodies/caf/niveau1.cle"), lire(&ici, "bodies/cpam/niveau1.cle"));
    let publiques: Vec<String> =
        fichiers(&ici.chemin("cles")).iter().map(|f| f.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(publiques, ["auditeur.pub", "caf.pub", "cpam.pub", "hote.pub", "identifiants.toml", "liaison.pub"]);
    let notees: usize = ["auditeur", "bodies/caf", "bodies/cpam", "host", "linkage"]
        .map(|role| actes(&ici, &format!("{role}/journal.jsonl")))
        .iter()
        .map(|actes| actes.iter().filter(|a| *a == "creation_de_cle").count())
        .sum();
    assert_eq!(notees, SECRETS.len());

    let vue = ici.recours(&["keys", "show", "mission.toml"]);
    assert!(vue.status.success());
    let vue = String::from_utf8(vue.stdout).unwrap();
    assert!(vue.contains("clé niveau 1") && vue.contains("linkage/niveau2.cle") && vue.contains("age1"), "{vue}");
    // No secret in what is shown, printed or public.
    let mut public = vue + &String::from_utf8(sortie.stdout).unwrap();
    fichiers(&ici.chemin("cles")).iter().for_each(|f| public += &std::fs::read_to_string(f).unwrap());
    for secret in SECRETS {
        let cle = lire(&ici, secret);
        // A signature key's line ends with its public half.
        let cle = cle.lines().last().unwrap().split(' ').rev().nth(usize::from(secret.ends_with("signature.cle"))).unwrap();
        assert!(cle.len() >= 64 && !public.to_lowercase().contains(&cle.to_lowercase()), "{secret}");
    }
}

#[test]
fn une_cle_n_est_jamais_ecrasee() {
    let ici = Territoire::nouveau();
    let avant: Vec<String> = SECRETS.iter().map(|s| lire(&ici, s)).collect();
    for arguments in [
        &["keys", "new", "mission.toml"][..],
        &["keys", "new", "mission.toml", "--body", "caf"],
        &["keys", "new", "mission.toml", "--role", "liaison"],
    ] {
        let sortie = ici.recours(arguments);
        assert_eq!(sortie.status.code(), Some(3));
        assert!(String::from_utf8(sortie.stderr).unwrap().contains("E-CLES-008"));
    }
    assert_eq!(avant, SECRETS.iter().map(|s| lire(&ici, s)).collect::<Vec<_>>());
}

#[test]
fn une_creation_refusee_ne_laisse_rien() {
    let ici = Territoire::sans_cles();
    ici.ecrire("host/cle.age", "autre chose");
    assert_eq!(ici.recours(&["keys", "new", "mission.toml"]).status.code(), Some(3));
    assert!(!ici.chemin("cles").exists() && !ici.chemin("linkage/cle.age").exists() && !ici.chemin("bodies/caf/cle.age").exists());
}

#[test]
fn chaque_detenteur_peut_creer_les_siennes() {
    let ici = Territoire::sans_cles();
    for qui in [["--role", "liaison"], ["--role", "hote"], ["--role", "tiers_cles"], ["--body", "caf"]] {
        let sortie = ici.recours(&["keys", "new", "mission.toml", qui[0], qui[1]]);
        assert!(sortie.status.success(), "{qui:?} {}", String::from_utf8_lossy(&sortie.stderr));
    }
    assert_eq!(lire(&ici, "tiers_cles/niveau1.cle"), lire(&ici, "bodies/caf/niveau1.cle"));
    ici.sceller("caf").unwrap();
    // A body on another machine receives its copy by hand.
    let remise = lire(&ici, "tiers_cles/niveau1.cle");
    std::fs::rename(ici.chemin("tiers_cles"), ici.chemin("loin")).unwrap();
    let sortie = ici.recours(&["keys", "new", "mission.toml", "--body", "cpam"]);
    assert!(String::from_utf8(sortie.stdout).unwrap().contains("à recevoir du tiers de clés"));
    assert_eq!(ici.sceller("cpam").unwrap_err().code, "E-SCEAU-004");
    ici.ecrire("bodies/cpam/niveau1.cle", &remise);
    std::fs::set_permissions(ici.chemin("bodies/cpam/niveau1.cle"), std::fs::Permissions::from_mode(0o600)).unwrap();
    ici.sceller("cpam").unwrap();
    ici.relier().unwrap();
}

#[test]
fn detruire_demande_un_oui_et_laisse_une_ligne() {
    let ici = Territoire::scelle();
    let sans_oui = ici.recours(&["keys", "destroy", "mission.toml", "--role", "liaison"]);
    assert_eq!(sans_oui.status.code(), Some(2));
    assert!(ici.chemin("linkage/niveau2.cle").exists());
    let sans_qui = ici.recours(&["keys", "destroy", "mission.toml", "--oui"]);
    assert_eq!(sans_qui.status.code(), Some(2));
    let fait = ici.recours(&["keys", "destroy", "mission.toml", "--role", "liaison", "--oui"]);
    assert!(fait.status.success(), "{}", String::from_utf8_lossy(&fait.stderr));
    for parti in ["linkage/niveau2.cle", "linkage/cle.age", "cles/liaison.pub"] {
        assert!(!ici.chemin(parti).exists(), "{parti}");
    }
    assert_eq!(actes(&ici, "linkage/journal.jsonl")[3..], ["destruction_de_cle", "destruction_de_cle"]);
    // The signature key stays: the log goes on under it.
    assert!(ici.chemin("linkage/signature.cle").exists());
    // Nothing can be linked any more, nor sealed to nobody; a second destruction has nothing to destroy.
    assert_eq!(ici.relier().unwrap_err().code, "E-ENVELOPPE-003");
    assert_eq!(ici.sceller("caf").unwrap_err().code, "E-CLES-001");
    assert_eq!(ici.recours(&["keys", "destroy", "mission.toml", "--role", "liaison", "--oui"]).status.code(), Some(3));
    // New keys may be made; what was sealed for the old ones stays closed.
    assert!(ici.recours(&["keys", "new", "mission.toml", "--role", "liaison"]).status.success());
    assert_eq!(ici.relier().unwrap_err().code, "E-ENVELOPPE-007");
}

#[test]
fn une_mission_changee_demande_d_autres_cles() {
    let ici = Territoire::nouveau();
    ici.ecrire("mission.toml", &mission("essai", "2027-T1"));
    assert_eq!(ici.sceller("caf").unwrap_err().code, "E-CLES-004");
    assert_eq!(ici.recours(&["keys", "show", "mission.toml"]).status.code(), Some(3));
}

#[test]
fn avec_des_donnees_reelles_chacun_cree_ses_cles_et_le_mode_a_ne_sert_pas() {
    let ici = Territoire::sans_cles();
    let reelle = mission("essai", "2026-T4")
        .replace("donnees = \"inventees\"", "donnees = \"reelles\"")
        .replace("mode = \"A\"", "mode = \"B\"")
        .replace("plafond_liste = 300", "plafond_liste = 300\npopulation = 10")
        + "\n[roles]\ntiers_cles = \"000000010\"\nliaison = \"000000011\"\nhote = \"000000012\"\nauditeur = \"000000013\"\n";
    ici.ecrire("mission.toml", &reelle);
    let sortie = ici.recours(&["keys", "new", "mission.toml"]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(String::from_utf8(sortie.stderr).unwrap().starts_with("erreur E-CLES-007"));
    let refus = |arguments: &[&str], code: &str| {
        let sortie = ici.recours(arguments);
        let dit = String::from_utf8(sortie.stderr).unwrap();
        assert!(sortie.status.code() == Some(3) && dit.starts_with(&format!("erreur {code}")), "{arguments:?} {dit}");
        assert!(!dit.contains("agrafe"), "rien de la phrase");
    };
    // No key of real data is made in clear, nor read in clear, nor under another role's passphrase.
    refus(&["keys", "new", "mission.toml", "--role", "hote"], "E-CLES-014");
    assert!(!ici.chemin("host/cle.age").exists() && !ici.chemin("host/signature.cle").exists());
    for qui in [["--role", "liaison"], ["--role", "hote"], ["--role", "tiers_cles"], ["--body", "caf"], ["--body", "cpam"]] {
        let phrase = format!("phrase.{}", qui[1]);
        ici.ecrire(&phrase, &format!("cheval agrafe batterie {}\n", qui[1]));
        std::fs::set_permissions(ici.chemin(&phrase), std::fs::Permissions::from_mode(0o600)).unwrap();
        let sortie = ici.recours(&["keys", "new", "mission.toml", qui[0], qui[1], "--phrase", &phrase]);
        assert!(sortie.status.success(), "{qui:?} {}", String::from_utf8_lossy(&sortie.stderr));
    }
    for secret in ["host/cle.age", "host/signature.cle", "linkage/cle.age", "tiers_cles/oprf.cle", "bodies/caf/signature.cle"] {
        assert!(std::fs::read(ici.chemin(secret)).unwrap().starts_with(b"age-encryption.org/v1\n-> scrypt"), "{secret} en clair");
    }
    refus(&["link", "mission.toml", "--phrase", "phrase.hote"], "E-PHRASE-002");
    refus(&["link", "mission.toml"], "E-CLES-014");
    std::fs::set_permissions(ici.chemin("phrase.hote"), std::fs::Permissions::from_mode(0o640)).unwrap();
    refus(&["link", "mission.toml", "--phrase", "phrase.hote"], "E-ENVELOPPE-002");
    // Mode B shares no token key: the key holder alone has one, and a body cannot seal without it.
    assert!(!ici.chemin("bodies/caf/niveau1.cle").exists() && !ici.chemin("linkage/niveau2.cle").exists());
    assert!(ici.chemin("tiers_cles/oprf.cle").exists() && !ici.chemin("tiers_cles/niveau1.cle").exists());
    assert_eq!(ici.sceller("caf").unwrap_err().code, "E-MISSION-025");
    // Nothing is linked before both bodies have signed what they agree on.
    refus(&["link", "mission.toml", "--phrase", "phrase.liaison"], "E-MANIFESTE-008");
    for body in ["caf", "cpam"] {
        let signe = ici.recours(&["manifeste", "signe", "mission.toml", "--body", body, "--phrase", &format!("phrase.{body}")]);
        assert!(signe.status.success(), "{}", String::from_utf8_lossy(&signe.stderr));
    }
    refus(&["link", "mission.toml", "--phrase", "phrase.liaison"], "E-LIAISON-001");
    let gardee = std::fs::read(ici.chemin("linkage/signature.cle")).unwrap();
    let claire = Territoire::nouveau();
    std::fs::copy(claire.chemin("linkage/signature.cle"), ici.chemin("linkage/signature.cle")).unwrap();
    refus(&["link", "mission.toml", "--phrase", "phrase.liaison"], "E-CLES-014");
    // What was handed over in clear is put under the passphrase where it stands.
    let protege = ici.recours(&["keys", "protect", "mission.toml", "--role", "liaison", "--phrase", "phrase.liaison"]);
    assert!(protege.status.success(), "{}", String::from_utf8_lossy(&protege.stderr));
    assert!(std::fs::read(ici.chemin("linkage/signature.cle")).unwrap().starts_with(b"age-encryption.org/v1\n-> scrypt"));
    std::fs::write(ici.chemin("linkage/signature.cle"), gardee).unwrap();
    refus(&["link", "mission.toml", "--phrase", "phrase.liaison"], "E-LIAISON-001");
}
