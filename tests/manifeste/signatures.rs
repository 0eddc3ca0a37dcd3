//! Nothing is done of a mission that is not, word for word, the one that all its bodies signed.

use std::os::unix::fs::PermissionsExt;

use super::banc::{Banc, conventionnee};
use crate::sceller::territoire::Territoire;

/// The commands that the manifest binds, each at the point where the files that it reads are there.
const COMMANDES: [&[&str]; 4] = [
    &["seal", "mission.toml", "--body", "caf"],
    &["link", "mission.toml"],
    &["detect", "mission.toml"],
    &["outreach", "mission.toml", "--for", "caf"],
];

fn jusqu_a_la_liste() -> Banc {
    let ici = Banc::relie();
    ici.reussir(&["detect", "mission.toml"]);
    ici
}

fn toutes_refusent(ici: &Banc, code: &str, mots: &[&str]) {
    for commande in COMMANDES {
        ici.refuse(commande, code, mots);
    }
}

#[test]
fn un_autre_but_une_autre_date_ou_un_autre_jeu_est_refuse_en_mots() {
    let ici = jusqu_a_la_liste();
    ici.changer("finalite = \"informer\"", "finalite = \"attribuer\"");
    toutes_refusent(&ici, "E-MANIFESTE-010", &["« caf » a signé", "La finalité passe de « informer » à « attribuer »."]);
    ici.changer("finalite = \"attribuer\"", "finalite = \"informer\"");

    ici.changer("date = 2026-10-01", "date = 2026-11-01");
    toutes_refusent(&ici, "E-MANIFESTE-010", &["La date passe de « 2026-10-01 » à « 2026-11-01 »."]);
    ici.changer("date = 2026-11-01", "date = 2026-10-01");

    // A copy of the pack with one word more in a comment is another pack.
    let regles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr");
    copier(&regles, &ici.chemin("autres"));
    let vocabulaire = ici.chemin("autres/vocabulaire.yaml");
    std::fs::write(&vocabulaire, std::fs::read_to_string(&vocabulaire).unwrap() + "# un mot de plus\n").unwrap();
    ici.changer(&format!("regles = \"{}\"", regles.display()), "regles = \"autres\"");
    toutes_refusent(&ici, "E-MANIFESTE-010", &["Le jeu de règles n'est plus le même"]);
}

/// What keys are not bound to, the signatures are.
#[test]
fn une_capacite_un_destinataire_ou_une_duree_se_signe_aussi() {
    let ici = jusqu_a_la_liste();
    for (avant, apres, mots) in [
        ("plafond_liste = 300", "plafond_liste = 3000", "La capacité de liste de Caf inventée passe de « 300 » à « 3000 »."),
        ("rsa = [\"caf\", \"cpam\"]", "rsa = [\"cpam\", \"caf\"]", "destinataires de « rsa » passe de « caf, cpam » à « cpam, caf »"),
        ("[destinataires]", "[conservation]\ncollecte_mois = 6\n\n[destinataires]", "passe de « 12 mois » à « 6 mois »"),
        ("couverture = [\"c2s_ouverte\"]", "couverture = []", "Cpam inventée ne couvre plus entièrement : c2s_ouverte."),
        ("essai-caf-1", "essai-caf-9", "convention essai-caf-9"),
    ] {
        let bonne = ici.texte();
        ici.changer(avant, apres);
        toutes_refusent(&ici, "E-MANIFESTE-010", &[mots]);
        ici.ecrire("mission.toml", &bonne);
    }
    // Signed anew by all, the same deliveries serve: nothing is sealed again.
    ici.changer("plafond_liste = 300", "plafond_liste = 200");
    ici.signer();
    ici.reussir(&["detect", "mission.toml"]);
    ici.reussir(&["outreach", "mission.toml", "--for", "caf"]);
}

#[test]
fn une_signature_absente_fausse_ou_d_un_autre_texte_arrete_tout() {
    let ici = jusqu_a_la_liste();
    let sienne = ici.chemin("cles/manifeste/cpam.txt");
    let bonne = std::fs::read_to_string(&sienne).unwrap();

    std::fs::remove_file(&sienne).unwrap();
    toutes_refusent(&ici, "E-MANIFESTE-008", &["« cpam » n'a pas signé"]);

    // The CAF's signature under the CPAM's name; a word changed under a good signature; a signature of other digits.
    let de_la_caf = std::fs::read_to_string(ici.chemin("cles/manifeste/caf.txt")).unwrap();
    let (texte, signature) = bonne.rsplit_once("signature = ").unwrap();
    let autre_chiffre = if signature.starts_with('0') { '1' } else { '0' };
    for faux in [de_la_caf, bonne.replace("= informer", "= attribuer"), format!("{texte}signature = {autre_chiffre}{}", &signature[1..])] {
        std::fs::write(&sienne, faux).unwrap();
        toutes_refusent(&ici, "E-MANIFESTE-009", &["n'est pas signé par la clé de « cpam »"]);
    }

    // What is no manifest at all, or one that lost a line's order.
    let mut lignes: Vec<&str> = bonne.lines().collect();
    lignes.swap(1, 2);
    for illisible in [String::new(), "rien".into(), texte.into(), lignes.join("\n") + "\n"] {
        std::fs::write(&sienne, illisible).unwrap();
        toutes_refusent(&ici, "E-MANIFESTE-011", &["ce n'est pas un manifeste signé"]);
    }

    std::fs::write(&sienne, bonne).unwrap();
    ici.reussir(&["detect", "mission.toml"]);
}

/// As soon as one body has signed, with invented people too: whoever signs means it.
#[test]
fn une_seule_signature_demande_les_autres() {
    let ici = Territoire::sans_cles();
    ici.ecrire("mission.toml", &conventionnee());
    recours::cles::creer_cles(&ici.mission()).unwrap();
    let ici = Banc(ici);
    ici.reussir(&["seal", "mission.toml", "--body", "caf"]);
    ici.reussir(&["manifeste", "signe", "mission.toml", "--body", "caf"]);
    ici.refuse(&["seal", "mission.toml", "--body", "caf"], "E-MANIFESTE-008", &["« cpam »"]);
}

#[test]
fn signer_est_note_au_journal_et_demande_la_cle_de_l_organisme() {
    let ici = Banc::nouveau();
    let lu = recours_tables::journal::verifier_fichier(&ici.chemin("bodies/caf/journal.jsonl"), None, None).unwrap();
    let acte = lu.entrees.last().unwrap();
    assert_eq!(acte.acte, "manifeste");
    let contenu = acte.contenu.as_ref().unwrap();
    let montre = ici.reussir(&["manifeste", "montre", "mission.toml"]);
    assert!(montre.contains(&contenu["empreinte_manifeste"]), "{montre}");
    let ecrit = blake3::hash(&std::fs::read(ici.chemin("cles/manifeste/caf.txt")).unwrap()).to_hex().to_string();
    assert_eq!(contenu["fichier.caf.txt"], ecrit);

    // Another key than the one that the mission's keys name signs nothing.
    std::fs::copy(ici.chemin("bodies/cpam/signature.cle"), ici.chemin("bodies/caf/signature.cle")).unwrap();
    std::fs::remove_file(ici.chemin("bodies/caf/journal.jsonl")).unwrap();
    ici.refuse(&["manifeste", "signe", "mission.toml", "--body", "caf"], "E-MANIFESTE-012", &["« caf »", "identifiants.toml"]);
    ici.refuse(&["manifeste", "signe", "mission.toml", "--body", "personne"], "E-MISSION-020", &["« personne »"]);
}

#[test]
fn verifier_dit_qui_a_signe_et_ce_qui_differe() {
    let ici = Banc::nouveau();
    let dit = ici.reussir(&["manifeste", "verifie", "mission.toml"]);
    assert_eq!(dit.matches("a signé ce texte").count(), 2, "{dit}");

    ici.changer("plafond_liste = 300", "plafond_liste = 30");
    ici.reussir(&["manifeste", "signe", "mission.toml", "--body", "caf"]);
    let sortie = ici.recours(&["manifeste", "verifie", "mission.toml"]);
    let (dit, erreur) = (String::from_utf8(sortie.stdout).unwrap(), String::from_utf8(sortie.stderr).unwrap());
    assert_eq!(sortie.status.code(), Some(1));
    assert!(erreur.starts_with("erreur E-MANIFESTE-013") && erreur.contains("la signature de cpam"), "{erreur}");
    for mots in
        ["caf              a signé ce texte", "cpam             a signé un autre texte", "La capacité de liste de Cpam inventée passe"]
    {
        assert!(dit.contains(mots), "« {mots} » n'est pas dans : {dit}");
    }
    std::fs::remove_file(ici.chemin("cles/manifeste/cpam.txt")).unwrap();
    let sortie = ici.recours(&["manifeste", "verifie", "mission.toml"]);
    assert!(String::from_utf8(sortie.stdout).unwrap().contains("cpam             n'a pas signé") && sortie.status.code() == Some(1));
}

/// Real data: each body signs with a key under its passphrase, and nothing is done before all have.
#[test]
fn avec_des_donnees_reelles_chacun_signe_sous_sa_phrase() {
    let aujourd_hui = jiff::Zoned::now().date();
    let texte = conventionnee()
        .replace("donnees = \"inventees\"", "donnees = \"reelles\"")
        .replace("mode = \"A\"", "mode = \"B\"")
        .replace("plafond_liste = 300", "plafond_liste = 300\npopulation = 10")
        // Lines must be in force today too.
        .replace("du = 2026-07-01", &format!("du = {}", aujourd_hui.min(jiff::civil::date(2026, 7, 1))))
        .replace("au = 2027-06-30", &format!("au = {}", aujourd_hui.max(jiff::civil::date(2027, 6, 30))))
        + "\n[roles]\ntiers_cles = \"000000010\"\nliaison = \"000000011\"\nhote = \"000000012\"\nauditeur = \"000000013\"\n";
    let ici = Banc(Territoire::sans_cles());
    ici.ecrire("mission.toml", &texte);
    for qui in ["caf", "cpam", "liaison"] {
        let phrase = format!("phrase.{qui}");
        ici.ecrire(&phrase, &format!("cheval agrafe batterie {qui}\n"));
        std::fs::set_permissions(ici.chemin(&phrase), std::fs::Permissions::from_mode(0o600)).unwrap();
        let option = if qui == "liaison" { "--role" } else { "--body" };
        ici.reussir(&["keys", "new", "mission.toml", option, qui, "--phrase", &phrase]);
    }
    let relier = ["link", "mission.toml", "--phrase", "phrase.liaison"];
    ici.refuse(&relier, "E-MANIFESTE-008", &["« caf » n'a pas signé"]);
    let signe = |body: &'static str, phrase: &'static str| ["manifeste", "signe", "mission.toml", "--body", body, "--phrase", phrase];
    ici.refuse(&["manifeste", "signe", "mission.toml", "--body", "caf"], "E-CLES-014", &["phrase"]);
    ici.refuse(&signe("caf", "phrase.cpam"), "E-PHRASE-002", &[]);
    ici.reussir(&signe("caf", "phrase.caf"));
    ici.refuse(&relier, "E-MANIFESTE-008", &["« cpam » n'a pas signé"]);
    ici.reussir(&signe("cpam", "phrase.cpam"));
    // Now it is only that nothing was delivered.
    ici.refuse(&relier, "E-LIAISON-001", &[]);
}

fn copier(de: &std::path::Path, vers: &std::path::Path) {
    std::fs::create_dir_all(vers).unwrap();
    for entree in std::fs::read_dir(de).unwrap() {
        let (entree, nom) = entree.map(|e| (e.path(), e.file_name())).unwrap();
        if entree.is_dir() {
            copier(&entree, &vers.join(nom));
        } else {
            std::fs::copy(&entree, vers.join(nom)).unwrap();
        }
    }
}
