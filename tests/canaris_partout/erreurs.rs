//! Every refusal that can be provoked, with the canaries in what is refused.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use recours::cles::Detenteur;
use recours::mission::Mission;
use recours_tables::signature::{Objet, signer};
use recours_tables::{IdentiteAge, Lecteur, enveloppe, vers_parquet, vers_parquet_annote};

use super::chantier::Chantier;
use super::territoire::{PERSONNES, assures_cpam, personnes_caf, registre, row_id};

/// Writes an input of the tests, of which nothing may come out again.
fn poser(c: &Chantier, relatif: &str, octets: &[u8]) -> String {
    let chemin = c.chemin("entrees").join(relatif);
    std::fs::create_dir_all(chemin.parent().unwrap()).unwrap();
    std::fs::write(&chemin, octets).unwrap();
    format!("entrees/{relatif}")
}

/// Extracts that are not what they should be, in the three formats. Gives how many were refused; what is still accepted (a date
/// that cannot be read is a date missing) goes where nobody links it.
pub fn des_extraits(c: &mut Chantier) -> usize {
    let commande = if c.mode == "A" { "seal" } else { "blind" };
    let mut refus = 0;
    for (i, (fichier, octets)) in mauvais_csv().into_iter().enumerate() {
        let entree = poser(c, &format!("{i}/{fichier}"), &octets);
        refus +=
            usize::from(!c.lancer(&[commande, "mission.toml", "--body", "caf", "--input", &entree, "--out", "essai"]).status.success());
    }
    for (i, (fichier, octets)) in mauvaises_tables().into_iter().enumerate() {
        let entree = poser(c, &format!("t{i}/{fichier}"), &octets);
        refus +=
            usize::from(!c.lancer(&[commande, "mission.toml", "--body", "cpam", "--input", &entree, "--out", "essai"]).status.success());
    }
    // Registers: a column missing, of another type, a file that is no table.
    let vrai = std::fs::read(c.chemin("bodies/caf/registre.parquet")).unwrap();
    for octets in mauvais_registres(&vrai) {
        std::fs::write(c.chemin("bodies/caf/registre.parquet"), octets).unwrap();
        c.refuser(&[commande, "mission.toml", "--body", "caf"]);
        refus += 1;
    }
    std::fs::write(c.chemin("bodies/caf/registre.parquet"), vrai).unwrap();
    refus
}

fn mauvais_csv() -> Vec<(&'static str, Vec<u8>)> {
    let bon = personnes_caf();
    let p = &PERSONNES[0];
    let premier = super::motifs::hexa(&row_id("caf", 0));
    let second = super::motifs::hexa(&row_id("caf", 1));
    let nom = p.nom;
    let textes = [
        bon.replace(&premier, p.nir),
        bon.replace(&premier, nom),
        bon.replace(&second, &premier),
        bon.replace(";ALL;", &format!(";{nom};")),
        bon.replace(";O;N;", &format!(";{};N;", p.courriel)),
        bon.replace('\n', &format!(";{nom}\n")),
        bon.replacen(";nom;", &format!(";{nom};"), 1),
        bon.lines().skip(1).map(|l| format!("{l}\n")).collect(),
        bon.replacen(nom, &format!("\"{nom}"), 1),
        bon.replacen(nom, &format!("{nom}\0{}", p.nir), 1),
        bon.replace(';', ","),
        bon.replace(p.ne_le.0, nom),
        bon.replace(p.ne_le.0, "31/02/1985"),
        bon.replacen("row_id;", "row_id;nom;", 1),
        String::new(),
        format!("{nom};{}\n", p.nir),
    ];
    let mut sortie: Vec<(&str, Vec<u8>)> = textes.into_iter().map(|t| ("personnes.csv", t.into_bytes())).collect();
    sortie.push(("personnes.csv", bon.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    sortie.push(("personnes.csv", [bon.as_bytes(), &[0x81, 0x8d, b'\n']].concat()));
    sortie.push(("personnes.parquet", bon.clone().into_bytes()));
    sortie.push(("personnes.arrow", bon.into_bytes()));
    for montant in [nom, "neuf cent trois", "903,17,5", "1e999"] {
        sortie.push(("dossiers.csv", format!("numero;mt_rsa\nDOSSIERCANARI7391;{montant}\n").into_bytes()));
    }
    sortie.push(("dossiers.csv", b"numero;mt_rsa\nDOSSIERCANARI7391;1\nDOSSIERCANARI7391;2\n".to_vec()));
    sortie
}

/// Parquet and Arrow: columns of other types, tables cut or changed.
fn mauvaises_tables() -> Vec<(&'static str, Vec<u8>)> {
    let bon = assures_cpam();
    let p = &PERSONNES[0];
    let dit = |texte: &str| Arc::new(StringArray::from(vec![texte; bon.num_rows()])) as ArrayRef;
    let mut tables = vec![
        remplacer(&bon, "css", dit(p.nom)),
        remplacer(&bon, "row_id", dit(p.nir)),
        remplacer(&bon, "row_id", dit(&super::motifs::hexa(&row_id("cpam", 0)))),
        remplacer(&bon, "nir", Arc::clone(bon.column(bon.schema().index_of("css").unwrap()))),
        remplacer(&bon, "ne_le", dit(p.courriel)),
    ];
    let sans: Vec<usize> = (0..bon.num_columns()).filter(|i| bon.schema().field(*i).name() != "nir").collect();
    tables.push(bon.project(&sans).unwrap());
    let mut sortie = Vec::new();
    for table in &tables {
        sortie.push(("assures.parquet", vers_parquet("t", &table.schema(), std::slice::from_ref(table)).unwrap()));
        sortie.push(("assures.arrow", arrow_de(table)));
    }
    for (nom, octets) in
        [("assures.parquet", vers_parquet("t", &bon.schema(), std::slice::from_ref(&bon)).unwrap()), ("assures.arrow", arrow_de(&bon))]
    {
        sortie.push((nom, octets[..octets.len() / 2].to_vec()));
        sortie.push((nom, octets[..octets.len() - 3].to_vec()));
        for k in 1..8 {
            let mut change = octets.clone();
            let place = octets.len() * k / 8;
            change[place] ^= 0x40;
            sortie.push((nom, change));
        }
        sortie.push((if nom.ends_with("arrow") { "assures.parquet" } else { "assures.arrow" }, octets));
    }
    sortie
}

fn arrow_de(table: &RecordBatch) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut ecrivain = arrow_ipc::writer::FileWriter::try_new(&mut octets, &table.schema()).unwrap();
    ecrivain.write(table).unwrap();
    ecrivain.finish().unwrap();
    drop(ecrivain);
    octets
}

fn remplacer(table: &RecordBatch, nom: &str, colonne: ArrayRef) -> RecordBatch {
    let schema = table.schema();
    RecordBatch::try_from_iter(
        schema
            .fields()
            .iter()
            .zip(table.columns())
            .map(|(f, c)| (f.name().as_str(), if f.name() == nom { Arc::clone(&colonne) } else { Arc::clone(c) })),
    )
    .unwrap()
}

fn mauvais_registres(vrai: &[u8]) -> Vec<Vec<u8>> {
    let bon = registre("caf");
    let parquet = |table: &RecordBatch| vers_parquet("t", &table.schema(), std::slice::from_ref(table)).unwrap();
    let dit = Arc::new(StringArray::from(vec![PERSONNES[0].nom; bon.num_rows()])) as ArrayRef;
    let sans: Vec<usize> = (0..bon.num_columns()).filter(|i| bon.schema().field(*i).name() != "opposition").collect();
    vec![
        parquet(&bon.project(&sans).unwrap()),
        parquet(&remplacer(&bon, "opposition", Arc::clone(&dit))),
        parquet(&remplacer(&bon, "row_id", dit)),
        vrai[..vrai.len() / 2].to_vec(),
        personnes_caf().into_bytes(),
        Vec::new(),
    ]
}

/// Keys that are another's, open to others, cut, or pasted where something else should be.
pub fn des_cles(c: &mut Chantier) {
    let sceller: Vec<&str> =
        if c.mode == "A" { vec!["seal", "mission.toml", "--body", "caf"] } else { vec!["finalise", "mission.toml", "--body", "caf"] };
    let secret = std::fs::read_to_string(c.chemin("bodies/caf/cle.age")).unwrap();
    let secret = secret.lines().last().unwrap().to_owned();
    let mut abimer = |relatif: &str, octets: &[u8], commandes: &[Vec<&str>]| {
        let bon = std::fs::read(c.chemin(relatif)).unwrap();
        std::fs::write(c.chemin(relatif), octets).unwrap();
        for commande in commandes {
            c.refuser(commande);
        }
        std::fs::write(c.chemin(relatif), bon).unwrap();
    };
    let montrer = vec!["keys", "show", "mission.toml"];
    let relier = vec!["link", "mission.toml"];
    let detecter = vec!["detect", "mission.toml"];
    for relatif in ["cles/liaison.pub", "cles/hote.pub"] {
        abimer(relatif, secret.as_bytes(), std::slice::from_ref(&sceller));
    }
    abimer("cles/identifiants.toml", secret.as_bytes(), &[montrer.clone(), sceller.clone()]);
    abimer("cles/identifiants.toml", format!("mission = \"{secret}\"\nepoque = \"2026-T4\"\n").as_bytes(), std::slice::from_ref(&montrer));
    abimer("linkage/cle.age", format!("{secret}{secret}").as_bytes(), std::slice::from_ref(&relier));
    abimer("host/cle.age", PERSONNES[0].nom.as_bytes(), &[detecter]);
    abimer("host/signature.cle", secret.as_bytes(), &[vec!["detect", "mission.toml"]]);
    let jetons = if c.mode == "A" { "linkage/niveau2.cle" } else { "tiers_cles/oprf.cle" };
    let qui = if c.mode == "A" { relier } else { vec!["serve-keys", "mission.toml", "--input", "mission.toml", "--out", "rien"] };
    let cle = std::fs::read_to_string(c.chemin(jetons)).unwrap();
    let mut abimer = |octets: String| {
        std::fs::write(c.chemin(jetons), octets).unwrap();
        c.refuser(&qui);
    };
    abimer(cle.replace("RECOURS", "Recours"));
    abimer(cle[..cle.len() - 4].to_owned());
    abimer(format!("{cle}{cle}"));
    std::fs::write(c.chemin(jetons), &cle).unwrap();
    // A key pasted on the command line, or into the mission.
    c.refuser(&["journal", "verifie", "host/journal.jsonl", "--cle", &secret]);
    c.refuser(&["journal", "verifie", "host/journal.jsonl", "--point", &secret]);
    c.refuser(&["journal", "verifie", "host/journal.jsonl", "--cle", cle.trim().rsplit(' ').next().unwrap()]);
    let mission = std::fs::read_to_string(c.chemin("mission.toml")).unwrap();
    for (cherche, remplace) in [
        ("siren = \"000000001\"", format!("siren = \"{secret}\"")),
        ("epoque = \"2026-T4\"", format!("epoque = \"{secret}\"")),
        ("finalite = \"informer\"", format!("finalite = \"{secret}\"")),
        ("[destinataires]", format!("[destinataires]\n{secret}\nrsa")),
        ("regles = ", format!("empreinte_regles = \"{secret}\"\nregles = ")),
    ] {
        std::fs::write(c.chemin("mission.toml"), mission.replacen(cherche, &remplace, 1)).unwrap();
        c.lancer(&["keys", "show", "mission.toml"]);
    }
    std::fs::write(c.chemin("mission.toml"), mission).unwrap();
}

/// What travels, changed by somebody who has its key: columns of another type, words that are none of ours.
pub fn des_livraisons(c: &mut Chantier) {
    let p = &PERSONNES[0];
    let detecter: &[&str] = &["detect", "mission.toml"];
    let relier: &[&str] = &["link", "mission.toml"];
    let cas: [(&str, &str, &str, &str, &[&str]); 8] = [
        ("deliveries/caf/jetons.parquet.age", "linkage/cle.age", "p0", p.nom, relier),
        ("deliveries/caf/jetons.parquet.age", "linkage/cle.age", "row_id", p.nir, relier),
        ("deliveries/caf/jetons.parquet.age", "linkage/cle.age", "nir_certifie", p.courriel, relier),
        ("deliveries/caf/attributs.parquet.age", "host/cle.age", "row_id", p.nir, detecter),
        ("deliveries/caf/attributs.parquet.age", "host/cle.age", "recu_rsa", p.nom, detecter),
        ("deliveries/caf/attributs.parquet.age", "host/cle.age", "rsa_en_paiement", p.nom, detecter),
        ("deliveries/cpam/attributs.parquet.age", "host/cle.age", "c2s_ouverte", p.rue, detecter),
        ("deliveries/caf/attributs.parquet.age", "host/cle.age", "foyer", p.nir, detecter),
    ];
    for (fichier, cle, colonne, texte, commande) in cas {
        let bon = std::fs::read(c.chemin(fichier)).unwrap();
        reecrire(c, fichier, cle, &[], |table| remplacer(table, colonne, Arc::new(StringArray::from(vec![texte; table.num_rows()]))));
        // The test's own input, kept where nobody searches.
        c.refuser(commande);
        std::fs::write(c.chemin(fichier), bon).unwrap();
    }
    for annotation in ["recours.organisme", "recours.epoque", "recours.canon", "recours.mission", "recours.contenu"] {
        let fichier = "deliveries/cpam/jetons.parquet.age";
        let bon = std::fs::read(c.chemin(fichier)).unwrap();
        reecrire(c, fichier, "linkage/cle.age", &[(annotation, p.nom)], RecordBatch::clone);
        c.refuser(relier);
        std::fs::write(c.chemin(fichier), bon).unwrap();
    }
    // Not envelopes at all, cut ones, other people's.
    for octets in [personnes_caf().into_bytes(), b"age-encryption.org/v1\n".to_vec(), Vec::new()] {
        for (fichier, commande) in [("deliveries/cpam/jetons.parquet.age", relier), ("deliveries/cpam/attributs.parquet.age", detecter)] {
            let bon = std::fs::read(c.chemin(fichier)).unwrap();
            std::fs::write(c.chemin(fichier), &octets).unwrap();
            c.refuser(commande);
            std::fs::write(c.chemin(fichier), bon).unwrap();
        }
    }
}

/// Findings, lists and logs with other words in them.
pub fn de_l_aval(c: &mut Chantier) {
    let p = &PERSONNES[0];
    // Without its log the host does not know that they were changed: it reads them, and refuses what it reads.
    let garde = std::fs::read(c.chemin("host/journal.jsonl")).unwrap();
    std::fs::remove_file(c.chemin("host/journal.jsonl")).unwrap();
    for colonne in ["rule", "certainty", "unit", "right"] {
        let (schema, lots) = recours_tables::depuis_parquet("f", std::fs::read(c.chemin("host/findings.parquet")).unwrap()).unwrap();
        let table = arrow::compute::concat_batches(&schema, &lots).unwrap();
        let table = remplacer(&table, colonne, Arc::new(StringArray::from(vec![p.nom; table.num_rows()])));
        let faux = poser(c, &format!("findings-{colonne}.parquet"), &vers_parquet("f", &table.schema(), &[table]).unwrap());
        c.refuser(&["outreach", "mission.toml", "--findings", &faux, "--for", "caf", "--out", "lists/faux.age"]);
        c.lancer(&["observe", "mission.toml", "--findings", &faux, "--out", "observatory2"]);
    }
    std::fs::write(c.chemin("host/journal.jsonl"), garde).unwrap();
    for colonne in ["bande", "droit", "regle", "row_id"] {
        let bon = std::fs::read(c.chemin("lists/cpam.age")).unwrap();
        reecrire(c, "lists/cpam.age", "bodies/cpam/cle.age", &[], |t| {
            remplacer(t, colonne, Arc::new(StringArray::from(vec![p.nom; t.num_rows()])))
        });
        ouvrir(c, "bodies/cpam/registre.parquet");
        std::fs::write(c.chemin("lists/cpam.age"), bon).unwrap();
    }
    for (i, octets) in mauvais_registres(&std::fs::read(c.chemin("bodies/cpam/registre.parquet")).unwrap()).into_iter().enumerate() {
        let registre = poser(c, &format!("registre{i}.parquet"), &octets);
        ouvrir(c, &registre);
    }
    let journal = std::fs::read_to_string(c.chemin("host/journal.jsonl")).unwrap();
    for faux in [
        format!("{journal}{}\n", p.nom),
        format!("{}{journal}", p.nir),
        journal.replacen("\"acte\":\"", &format!("\"acte\":\"{}", p.nom), 1),
        journal.replacen("\"auteur\":\"hote", &format!("\"auteur\":\"{}", p.nom), 1),
    ] {
        let faux = poser(c, "journal.jsonl", faux.as_bytes());
        c.refuser(&["journal", "verifie", &faux]);
    }
}

fn ouvrir(c: &mut Chantier, registre: &str) {
    let pages = "bodies/cpam/liste";
    c.refuser(&["open", "lists/cpam.age", "--register", registre, "--identity", "bodies/cpam/cle.age", "--out", pages]);
}

/// A table in an envelope, written again; what it said of itself stays unless `autres` says otherwise.
fn reecrire(c: &Chantier, fichier: &str, cle: &str, autres: &[(&'static str, &str)], changer: impl Fn(&RecordBatch) -> RecordBatch) {
    let identite = IdentiteAge::lire(&c.chemin(cle)).unwrap();
    let clair = recours::cles::ouvrir_enveloppe(&c.chemin(fichier), &identite).unwrap();
    let lecteur = Lecteur::depuis_parquet("clair", clair.clone()).unwrap();
    let noms = [
        "contenu",
        "mission",
        "epoque",
        "suite",
        "organisme",
        "lignes",
        "canon",
        "regles",
        "grain",
        "tour",
        "demande",
        "scellement",
        "canaris",
        "signature",
    ];
    let noms: Vec<String> = noms.iter().map(|n| format!("recours.{n}")).collect();
    let mut annotations: Vec<(&str, &str)> = noms.iter().filter_map(|n| Some((n.as_str(), lecteur.annotation(n)?))).collect();
    for (nom, texte) in autres {
        annotations.retain(|(n, _)| n != nom);
        annotations.push((nom, texte));
    }
    let table = changer(Lecteur::depuis_parquet("clair", clair).unwrap().tout().unwrap().lot());
    let mut octets = vers_parquet_annote("clair", &table.schema(), &[table], &annotations).unwrap();
    // Signed again by its author, so that what comes after the signature is reached.
    let dit = |nom: &str| lecteur.annotation(nom).unwrap_or_default();
    let organisme = dit("recours.organisme");
    let auteur = match dit("recours.contenu") {
        "liste" => Detenteur::Hote,
        "residu" => Detenteur::Liaison,
        "reponse" => Detenteur::TiersCles,
        _ => Detenteur::Organisme(organisme.to_owned()),
    };
    let mission = Mission::lire(c.chemin("mission.toml")).unwrap();
    // A file that already says it is of nobody has no author left.
    let journal = recours::journal::ouvrir(&mission, &auteur).ok();
    let objet = Objet {
        auteur: auteur.nom(),
        contenu: dit("recours.contenu"),
        mission: dit("recours.mission"),
        epoque: dit("recours.epoque"),
        organisme,
    };
    if let Some(journal) = journal {
        signer(&mut octets, &objet, journal.cle()).unwrap();
    }
    std::fs::write(c.chemin(fichier), enveloppe::chiffrer(&octets, &[identite.destinataire()]).unwrap()).unwrap();
}

/// Mode B: requests and answers that are none, a body that asks again, an extract that changed.
pub fn des_echanges(c: &mut Chantier) {
    let p = &PERSONNES[0];
    c.reussir(&["blind", "mission.toml", "--body", "caf"]);
    for texte in [p.nom.to_owned(), format!("age-encryption.org/v1\n{}", p.nir), personnes_caf()] {
        let faux = poser(c, "demande.age", texte.as_bytes());
        c.refuser(&["serve-keys", "mission.toml", "--input", &faux, "--out", "reponse.age"]);
    }
    let bonne = std::fs::read(c.chemin("echanges/caf/demande.t1.001.age")).unwrap();
    for (colonne, annotation) in [("passe", None), ("elements", None), ("", Some("recours.organisme")), ("", Some("recours.demande"))] {
        let autres: Vec<(&'static str, &str)> = annotation.map(|a| (a, p.nom)).into_iter().collect();
        reecrire(c, "echanges/caf/demande.t1.001.age", "tiers_cles/cle.age", &autres, |t| {
            if colonne.is_empty() { t.clone() } else { remplacer(t, colonne, Arc::new(StringArray::from(vec![p.nom; t.num_rows()]))) }
        });
        c.refuser(&["serve-keys", "mission.toml", "--input", "echanges/caf/demande.t1.001.age", "--out", "reponse.age"]);
    }
    std::fs::write(c.chemin("echanges/caf/demande.t1.001.age"), bonne).unwrap();
    let _ = std::fs::remove_file(c.chemin("echanges/caf/reponse.t1.001.age"));
    c.reussir(&["serve-keys", "mission.toml", "--input", "echanges/caf"]);
    let autre = poser(c, "change/personnes.csv", personnes_caf().replace(p.ne_le.0, "1986-06-12").as_bytes());
    c.refuser(&["finalise", "mission.toml", "--body", "caf", "--input", &autre]);
    c.refuser(&["seal", "mission.toml", "--body", "caf"]);
    c.refuser(&["seal", "mission.toml", "--body", "caf", "--service", "127.0.0.1:1"]);
}

/// The machine fails: no room, nowhere to write, an output that nobody reads, the user who stops everything.
pub fn de_la_machine(c: &mut Chantier) {
    std::fs::write(c.chemin("un_fichier"), "ici").unwrap();
    let sceller = if c.mode == "A" { "seal" } else { "blind" };
    for commande in [
        vec![sceller, "mission.toml", "--body", "caf", "--out", "un_fichier/dedans"],
        vec!["link", "mission.toml", "--out", "un_fichier/dedans"],
        vec!["detect", "mission.toml", "--out", "un_fichier/dedans"],
        vec!["observe", "mission.toml", "--out", "un_fichier/dedans"],
        vec!["outreach", "mission.toml", "--for", "caf", "--out", "un_fichier/dedans"],
    ] {
        c.refuser(&commande);
    }
    // Files of half a kilobyte at most: the disk is full in the middle of each.
    for commande in
        ["detect mission.toml --out plein", "link mission.toml --out plein", &format!("{sceller} mission.toml --body caf --out plein")]
    {
        let mut bash = Command::new("bash");
        let ligne = format!("trap '' XFSZ; ulimit -f 1; exec {} {commande}", env!("CARGO_BIN_EXE_recours"));
        bash.args(["-c", &ligne]).current_dir(c.dossier.path()).env("TMPDIR", c.chemin("tmp")).env("RUST_BACKTRACE", "full");
        let sortie = bash.output().unwrap();
        assert_eq!(sortie.status.code(), Some(4), "{commande} : {}", String::from_utf8_lossy(&sortie.stderr));
        c.noter(&format!("disque plein : {commande}"), &sortie);
        assert!(!c.chemin("plein").exists(), "{commande} a laissé un dossier");
    }
    let plein = |c: &Chantier, arguments: &[&str]| {
        let tuyau = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        c.commande(arguments).stdout(tuyau).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
    };
    let unite = c.trouvee();
    for arguments in [
        vec!["keys", "show", "mission.toml"],
        vec!["explain", "mission.toml", "--findings", "host/findings.parquet", "--unit", &unite],
        vec!["plan", "mission.toml"],
    ] {
        let sortie = plein(c, &arguments);
        c.noter(&format!("sortie pleine : {arguments:?}"), &sortie);
    }
    for delai in [3, 10, 25, 50, 100] {
        for arguments in [
            vec![sceller, "mission.toml", "--body", "caf", "--out", "interrompu"],
            vec!["link", "mission.toml", "--out", "interrompu"],
            vec!["detect", "mission.toml", "--out", "interrompu"],
        ] {
            interrompre(c, &arguments, delai);
        }
    }
}

fn interrompre(c: &mut Chantier, arguments: &[&str], delai: u64) {
    let enfant = c.commande(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(delai));
    let _ = Command::new("kill").args(["-INT", &enfant.id().to_string()]).stderr(Stdio::null()).status();
    let sortie = enfant.wait_with_output().unwrap();
    c.noter(&format!("interrompu après {delai} ms : {arguments:?}"), &sortie);
}

/// Run by [`super::une_panique_ne_montre_personne`] in a process of its own: a fault while people are in memory.
pub fn tomber(dossier: &Path) {
    let mission = dossier.join("mission.toml").into_os_string();
    // Sets the hook, as the program does at start.
    let _ = recours::lancer([std::ffi::OsString::from("recours"), "keys".into(), "show".into(), mission]);
    let p = &PERSONNES[0];
    let fil = std::thread::Builder::new().name(p.nom.to_owned());
    let _ = fil.spawn(|| panic!("{} {}", PERSONNES[0].nir, PERSONNES[0].courriel)).unwrap().join();
    let _ = std::panic::catch_unwind(|| std::panic::panic_any(personnes_caf()));
    let _ = std::panic::catch_unwind(|| assert_eq!(PERSONNES[1].nom, PERSONNES[2].prenoms, "{}", PERSONNES[3].rue));
    let _ = std::panic::catch_unwind(|| PERSONNES[4].telephone.parse::<u8>().expect(PERSONNES[4].courriel));
    let lointain = PERSONNES[5].nir;
    let _ = std::panic::catch_unwind(|| lointain.split_at(99).0.len());
}
