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
    let chez_elle = c.reussir(&["interne", "mission.toml", "--body", "caf"]);
    assert!(chez_elle.contains("Versement non accepté"), "{chez_elle}");
    let mut visitees = 0;
    for body in ["caf", "cpam"] {
        c.reussir(&["outreach", "mission.toml", "--for", body]);
        let dossier = format!("bodies/{body}");
        let (liste, registre, cle, pages) =
            (format!("lists/{body}.age"), format!("{dossier}/registre.parquet"), format!("{dossier}/cle.age"), format!("{dossier}/liste"));
        c.reussir(&["open", &liste, "--register", &registre, "--identity", &cle, "--out", &pages]);
        if !retours(c, body) {
            continue;
        }
        visitees += 1;
        let refus = format!("{dossier}/retours/refus.parquet");
        c.reussir(&["open", &liste, "--register", &registre, "--identity", &cle, "--out", &pages, "--refus", &refus]);
    }
    assert!(visitees > 0, "nobody to visit: no return is tried");
    droits(c);
    c.reussir(&["observe", "mission.toml", "--out", "observatory"]);
    for role in ["bodies/caf", "bodies/cpam", "linkage", "host", "auditeur"] {
        let journal = format!("{role}/journal.jsonl");
        c.reussir(&["journal", "verifie", &journal, "--tout"]);
        c.reussir(&["journal", "point", &journal]);
    }
    c.reussir(&["journal", "elague", "mission.toml", "--de", "hote", "--mois", "1"]);
    c.reussir(&["keys", "show", "mission.toml"]);
    c.reussir(&["plan", "mission.toml"]);
    c.reussir(&["manifeste", "montre", "mission.toml"]);
    c.reussir(&["manifeste", "compare", "mission.toml", "mission.toml"]);
}

/// Somebody asks the CAF what was done with their data, and somebody else by mistake; retention and destruction are rehearsed.
fn droits(c: &mut Chantier) {
    let p = super::territoire::PERSONNES.iter().find(|p| p.caf.is_some()).unwrap();
    std::fs::create_dir_all(c.chemin("entrees")).unwrap();
    let demande = |c: &Chantier, nom: &str, naissance: &str| {
        let texte = format!("nom_naissance = \"{}\"\nprenoms = \"{}\"\ndate_naissance = \"{naissance}\"\n", p.nom, p.prenoms);
        std::fs::write(c.chemin(&format!("entrees/{nom}.toml")), texte).unwrap();
    };
    demande(c, "demande", p.ne_le.0);
    demande(c, "autre", "1901-02-03");
    demande(c, "illisible", p.nir);
    c.reussir(&["acces", "mission.toml", "--body", "caf", "--demande", "entrees/demande.toml", "--out", "bodies/caf/reponse"]);
    for refusee in ["autre", "illisible"] {
        let fichier = format!("entrees/{refusee}.toml");
        c.refuser(&["acces", "mission.toml", "--body", "caf", "--demande", &fichier, "--out", "bodies/caf/refusee"]);
    }
    for de in ["caf", "cpam", "liaison", "hote", "auditeur"] {
        c.reussir(&["conservation", "mission.toml", "--de", de, "--essai", "--le", "2031-01-01"]);
        c.refuser(&["efface", "mission.toml", "--de", de]);
        c.refuser(&["efface", "mission.toml", "--de", de, "--verifie"]);
    }
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
    std::fs::write(c.chemin("entrees/f.csv"), format!("household_id;code_postal;adresse;accord\n1;{};{};oui\n", p.code_postal, p.rue))
        .unwrap();
    let regles = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/fr");
    let commun =
        ["evaluate", "--rules", regles, "--on", "2026-10-01", "--persons", "entrees/p.csv", "--households", "entrees/f.csv", "--out"];
    c.reussir(&[&commun[..], &["droits.parquet"]].concat());
    c.reussir(&[&commun[..], &["droits.csv"]].concat());
    for etat in ["etat.parquet", "etat.csv", "etat.json", "etat.txt"] {
        let demande = ["droits.csv", "--etat", etat, "--convention", "Convention inventée", "--recu", "recu.json", "--neutre"];
        c.reussir(&[&commun[..], &demande].concat());
    }
    for difference in ["difference.txt", "difference.json"] {
        c.reussir(&["difference", "etat.parquet", "etat.csv", "--out", difference]);
    }
}

/// What the team of a body notes of every page, a form full of names, what leaves, and the deletion of it all. False when its
/// list has nobody.
fn retours(c: &mut Chantier, body: &str) -> bool {
    use recours::retours::suivi;
    let dossier = format!("bodies/{body}");
    let (suivi, registre, sortie) =
        (format!("{dossier}/liste/suivi.parquet"), format!("{dossier}/registre.parquet"), format!("{dossier}/retours"));
    let lignes = suivi::lire(&c.chemin(&suivi)).unwrap();
    if lignes.is_empty() {
        return false;
    }
    let rangee = |i: usize, l: &suivi::Ligne| {
        let etape = ["refus", "non éligible après examen", "accompagné", "joint"][i % 4];
        let comment = if i % 4 == 2 { "avec" } else { "" };
        format!("{};{};{};{etape};05/10/2026;téléphone;{comment};20;oui;CCAS\r\n", l.vague, l.suivie.fiche, l.suivie.droit)
    };
    let entete = "vague;fiche;droit;étape;date;canal;comment;minutes;accord;accord pour\r\n";
    let corps: String = lignes.iter().enumerate().map(|(i, l)| rangee(i, l)).collect();
    let formulaire = format!("{dossier}/liste/rempli.csv");
    std::fs::write(c.chemin(&formulaire), format!("{entete}{corps}")).unwrap();
    let commun = ["returns", "--suivi", &suivi, "--out", &sortie, "--register", &registre];
    // A form where somebody wrote who the person is, everywhere: refused, and nothing of it comes out.
    let p = &super::territoire::PERSONNES[0];
    let faux = format!("{dossier}/liste/faux.csv");
    for (entete, rangee) in [
        (entete.to_owned(), format!("{n};{n};{n};{n};{};{n};{n};{n};{n};{n}\r\n", p.ne_le.0, n = p.nom)),
        (format!("{};{}", p.nom, entete), format!(";{corps}")),
    ] {
        std::fs::write(c.chemin(&faux), format!("{entete}{rangee}")).unwrap();
        c.refuser(&[&commun[..], &["--on", "2026-10-12", "--input", &faux]].concat());
    }
    c.reussir(&[&commun[..], &["--on", "2026-10-12", "--input", &formulaire]].concat());
    // The partner alone opens what it gets: its key is not in this territory.
    let partenaire = IdentiteAge::generer().destinataire();
    c.reussir(&[&commun[..], &["--on", "2026-10-12", "--transmettre", "ccas", "--cle", &partenaire]].concat());
    let ouvertures = format!("{dossier}/liste/ouverts.csv");
    std::fs::write(c.chemin(&ouvertures), "row_id;droit;ouvert_le\r\n").unwrap();
    c.reussir(&[&commun[..], &["--on", "2026-10-12", "--ouvertures", &ouvertures, "--au", "2027-05-01"]].concat());
    c.reussir(&[&commun[..], &["--on", "2028-01-01", "--purge"]].concat());
    let restent = suivi::lire(&c.chemin(&suivi)).unwrap();
    assert!(restent.is_empty(), "{} rows are left after their time", restent.len());
    true
}
