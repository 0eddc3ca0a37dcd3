//! The whole work, command by command, in both modes.

use recours_seal::oprf::Etat;
use recours_tables::IdentiteAge;

use super::chantier::Chantier;

/// Sealed by both bodies, whatever the mode; in mode B by files, then once more through the service.
pub fn sceller(c: &mut Chantier) {
    if c.mode == "A" {
        for body in ["caf", "cpam"] {
            c.reussir(&["seal", "mission.toml", "--body", body]);
        }
        return;
    }
    for tour in ["1", "2"] {
        for body in ["caf", "cpam"] {
            c.reussir(&["blind", "mission.toml", "--body", body, "--tour", tour]);
            secret_d_aveuglement(c, body, tour);
            c.reussir(&["serve-keys", "mission.toml", "--input", &format!("echanges/{body}")]);
            c.reussir(&["finalise", "mission.toml", "--body", body, "--tour", tour]);
        }
        c.reussir(&["link", "mission.toml", "--tour", tour]);
    }
}

/// The secret from which the blinds of a request are drawn.
fn secret_d_aveuglement(c: &mut Chantier, body: &str, tour: &str) {
    let etat = c.chemin(&format!("bodies/{body}/aveugle/etat.t{tour}.001.age"));
    let cle = IdentiteAge::lire(&c.chemin(&format!("bodies/{body}/cle.age"))).unwrap();
    let etat = Etat::lire(recours::cles::ouvrir_enveloppe(&etat, &cle).unwrap()).unwrap();
    c.secret("aveugle/etat", etat.secret.as_slice());
}

/// Mode B through the service on loopback, both rounds.
pub fn par_le_service(c: &mut Chantier) {
    use std::io::BufRead;
    for tour in ["1", "2"] {
        let mut service = c.commande(&["serve-keys", "mission.toml", "--ecoute", "127.0.0.1:0", "--demandes", "2"]);
        let mut service =
            service.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().expect("le service démarre");
        let mut sortie = std::io::BufReader::new(service.stdout.take().unwrap());
        let mut premiere = String::new();
        sortie.read_line(&mut premiere).unwrap();
        let adresse = premiere.trim().strip_prefix("Écoute sur ").unwrap().trim_end_matches('.').to_owned();
        for body in ["caf", "cpam"] {
            c.reussir(&["seal", "mission.toml", "--body", body, "--tour", tour, "--service", &adresse]);
        }
        let mut reste = premiere.into_bytes();
        std::io::Read::read_to_end(&mut sortie, &mut reste).unwrap();
        let mut fin = service.wait_with_output().unwrap();
        fin.stdout = reste;
        c.noter("le service d'évaluation", &fin);
        c.reussir(&["link", "mission.toml", "--tour", tour]);
    }
}

/// What the key holder receives, keeps and answers: elements and proofs, in files for itself alone.
pub fn le_tiers_n_a_que_des_elements(c: &Chantier) {
    use std::os::unix::fs::PermissionsExt;
    let gardes = super::territoire::fichiers(&c.chemin("tiers_cles"));
    assert!(gardes.len() >= 5, "{gardes:?}");
    for fichier in gardes {
        let droits = std::fs::metadata(&fichier).unwrap().permissions().mode() & 0o777;
        assert_eq!(droits, 0o600, "{}", fichier.display());
    }
    for body in ["caf", "cpam"] {
        for (sens, cle) in [("demande", "tiers_cles/cle.age".to_owned()), ("reponse", format!("bodies/{body}/cle.age"))] {
            let cle = IdentiteAge::lire(&c.chemin(&cle)).unwrap();
            for tour in ["t1", "t2"] {
                let clair = recours::cles::ouvrir_enveloppe(&c.chemin(&format!("echanges/{body}/{sens}.{tour}.001.age")), &cle).unwrap();
                let schema = recours_tables::Lecteur::depuis_parquet("échange", clair).unwrap().schema();
                let noms: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
                let attendus: &[&str] = if sens == "demande" { &["passe", "elements"] } else { &["passe", "elements", "preuve"] };
                assert_eq!(noms, attendus);
            }
        }
    }
}

/// From the deliveries to the bodies' pages and the published counts.
pub fn aval(c: &mut Chantier) {
    if c.mode == "A" {
        c.reussir(&["link", "mission.toml"]);
    }
    c.reussir(&["detect", "mission.toml", "--timings"]);
    let unite = c.trouvee();
    let derivation = c.reussir(&["explain", "mission.toml", "--findings", "host/findings.parquet", "--unit", &unite]);
    assert!(derivation.contains("Repérages de cette unité"), "{derivation}");
    for body in ["caf", "cpam"] {
        c.reussir(&["outreach", "mission.toml", "--for", body]);
        let dossier = format!("bodies/{body}");
        let (liste, registre, cle, pages) =
            (format!("lists/{body}.age"), format!("{dossier}/registre.parquet"), format!("{dossier}/cle.age"), format!("{dossier}/liste"));
        c.reussir(&["open", &liste, "--register", &registre, "--identity", &cle, "--out", &pages]);
    }
    c.reussir(&["observe", "mission.toml", "--out", "observatory"]);
    for role in ["bodies/caf", "bodies/cpam", "linkage", "host", "auditeur"] {
        let journal = format!("{role}/journal.jsonl");
        c.reussir(&["journal", "verifie", &journal, "--tout"]);
        c.reussir(&["journal", "point", &journal]);
    }
    c.reussir(&["journal", "elague", "mission.toml", "--de", "hote", "--mois", "1"]);
    c.reussir(&["keys", "show", "mission.toml"]);
    c.reussir(&["plan", "mission.toml"]);
}

/// Foyers that one knows, without linkage: with columns that nobody asked for.
pub fn evaluer(c: &mut Chantier) {
    let p = &super::territoire::PERSONNES[0];
    let inutile = super::territoire::INUTILE;
    let personnes = format!(
        "household_id;person_id;role;date_naissance;nir;nom_naissance;salaire_net_m02;email\n1;1;demandeur;{};{};{};{inutile};{}\n",
        p.ne_le.0, p.nir, p.nom, p.courriel
    );
    std::fs::create_dir_all(c.chemin("entrees")).unwrap();
    std::fs::write(c.chemin("entrees/p.csv"), personnes).unwrap();
    std::fs::write(c.chemin("entrees/f.csv"), format!("household_id;code_postal;adresse\n1;{};{}\n", p.code_postal, p.rue)).unwrap();
    let regles = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/fr");
    let commun =
        ["evaluate", "--rules", regles, "--on", "2026-10-01", "--persons", "entrees/p.csv", "--households", "entrees/f.csv", "--out"];
    c.reussir(&[&commun[..], &["droits.parquet"]].concat());
    c.reussir(&[&commun[..], &["droits.csv"]].concat());
}
