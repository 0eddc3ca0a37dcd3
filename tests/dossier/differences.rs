//! What a second dossier says of what changed since the first.

use super::banc::{Banc, dit};

/// The mission, one column mapped that no rule reads yet.
fn banc() -> Banc {
    let ici = Banc::de("rsa_sans_css.toml");
    let mission =
        ici.mission().replace("rsa_en_paiement = \"rsa_paye\"\n", "rsa_en_paiement = \"rsa_paye\"\nrsa_demandee = \"top_demande_rsa\"\n");
    ici.ecrire_mission(&mission);
    ici
}

#[test]
fn une_regle_qui_lit_une_colonne_de_plus_et_une_de_moins() {
    let ici = banc();
    let premier = ici.reussir(&[]);
    assert!(!premier.contains("dossier précédent") && !ici.sortie().join("difference.md").exists(), "{premier}");
    // The column stays at home, and the paper says why.
    assert!(ici.lire("01-liste-des-donnees.md").contains("aucune règle de la mission ne la lit"));

    ici.changer_regle("droits/c2s_allocataires_rsa.yaml", "percu: \"c2s_ouverte\"", "percu: \"rsa_demandee\"");
    let second = ici.reussir(&[]);
    assert!(second.contains("différences avec le dossier précédent : difference.html"), "{second}");
    let texte = ici.lire("difference.md");
    let ligne = |mots: &[&str]| texte.lines().any(|l| mots.iter().all(|m| l.contains(m)));
    let regle = ["c2s_allocataires_rsa@2019-11", "CSS L861-2"];
    let plus = ["Caf du département inventé livrerait en plus", "rsa_demandee", "social", regle[0], regle[1]];
    assert!(ligne(&plus), "{texte}");
    assert!(ligne(&["Cpam du département inventé ne livrerait plus", "c2s_ouverte", regle[0], regle[1]]), "{texte}");
    assert!(ligne(&["Dans la mission, regles"]), "{texte}");
    assert!(ici.lire("index.html").contains("difference.html") && ici.lire("difference.html").contains("rsa_demandee"));

    let troisieme = ici.reussir(&[]);
    assert!(troisieme.contains("Aucune différence") && ici.lire("difference.md").contains("Aucune différence"), "{troisieme}");
}

#[test]
fn destinataires_dates_et_durees() {
    let ici = banc();
    ici.reussir(&[]);
    let ancien = ici.dossier().join("signe.json");
    std::fs::copy(ici.sortie().join("dossier.json"), &ancien).unwrap();
    let sans = ici.mission().split("\n[[convention]]").next().unwrap().to_owned();
    let change = sans
        .replace("collecte_mois = 12", "collecte_mois = 6")
        .replace("c2s_allocataires_rsa = [\"cpam\", \"caf\"]", "c2s_allocataires_rsa = [\"cpam\"]")
        .replace("date = 2026-10-01", "date = 2026-10-15");
    let lignes = "\n[[convention]]\norganisme = \"caf\"\nfamilles = [\"social\"]\ndestinataire = \"hote\"\n\
                  article = \"CRPA L114-8 II\"\nconvention = \"2027-003\"\ndu = 2026-09-01\nau = 2027-08-31\n";
    ici.ecrire_mission(&format!("{change}{lignes}"));
    ici.reussir(&["--avant", ancien.to_str().unwrap()]);
    let texte = ici.lire("difference.md");
    for mots in [
        ["destinataires Cpam du département inventé au lieu de", "Caf du département inventé"],
        ["collecte mois", "6 mois"],
        ["Dans la mission, date", "15 octobre 2026"],
        ["famille « social »", "dernier jour « 31 août 2027 »"],
    ] {
        assert!(texte.lines().any(|l| mots.iter().all(|m| l.contains(m))), "{mots:?} : {texte}");
    }
}

#[test]
fn un_autre_jeu_par_rules_se_compare_aussi() {
    let ici = banc();
    ici.reussir(&[]);
    let autre = ici.dossier().join("autre");
    let copie = std::process::Command::new("cp").args(["-r", "regles"]).arg(&autre).current_dir(ici.dossier()).status().unwrap();
    assert!(copie.success());
    let fichier = autre.join("droits/c2s_allocataires_rsa.yaml");
    let texte = std::fs::read_to_string(&fichier).unwrap().replace("version: \"2019-11\"", "version: \"2027-01\"");
    std::fs::write(fichier, texte).unwrap();
    let sortie = ici.lancer(&["--rules", "autre"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let texte = ici.lire("difference.md");
    assert!(texte.contains("c2s_allocataires_rsa@2027-01 au lieu de c2s_allocataires_rsa@2019-11"), "{texte}");
    assert!(!texte.contains("livrerait"), "{texte}");
}
