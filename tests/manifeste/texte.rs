//! The text itself: the same whatever the order of the file, nothing of a body's kitchen in it, and differences in words.

use recours::manifeste::Manifeste;
use recours::mission::Mission;

use super::banc::{Banc, LIGNES, conventionnee};

fn de(texte: &str) -> Manifeste {
    Manifeste::de_mission(&Mission::depuis_texte(std::path::Path::new("/ici/mission.toml"), texte).unwrap()).unwrap()
}

fn mots(avant: &str, apres: &str) -> Vec<String> {
    de(avant).differences(&de(apres)).iter().map(recours::manifeste::Difference::en_mots).collect()
}

#[test]
fn l_ordre_du_fichier_ne_change_rien() {
    let texte = conventionnee();
    let (debut, organismes) = texte.split_once("[[organisme]]\nid = \"caf\"").unwrap();
    let (caf, cpam) = organismes.strip_suffix(LIGNES).unwrap().split_once("[[organisme]]\nid = \"cpam\"").unwrap();
    let mut lignes: Vec<&str> = LIGNES.split("\n[[convention]]\n").filter(|l| !l.trim().is_empty()).collect();
    lignes.reverse();
    let autre = format!(
        "{}[[organisme]]\nid = \"cpam\"{cpam}\n[[organisme]]\nid = \"caf\"{caf}\n[[convention]]\n{}",
        debut.replace("[\"rsa\", \"c2s_allocataires_rsa\"]", "[\"c2s_allocataires_rsa\", \"rsa\"]"),
        lignes.join("\n[[convention]]\n").replace("[\"social\", \"composition\"]", "[\"composition\", \"social\"]"),
    );
    assert_ne!(texte, autre);
    assert_eq!(de(&texte).texte(), de(&autre).texte());
    assert_eq!(de(&texte).empreinte(), de(&autre).empreinte());
    // Paths and the body's own columns are its kitchen.
    let cuisine = texte.replace("bodies/caf/extrait/personnes.csv", "ailleurs/p.csv").replace("\"rsa\"\nenceinte", "\"rsa2\"\nenceinte");
    assert_ne!(texte, cuisine);
    assert_eq!(de(&texte).texte(), de(&cuisine).texte());
}

#[test]
fn le_texte_se_lit_et_ne_dit_rien_de_la_cuisine() {
    let texte = de(&conventionnee()).texte();
    for ligne in [
        "recours/manifeste/1\n",
        "\nmission.finalite = informer\n",
        "\nmission.base_legale = CRPA L114-8 II\n",
        "\nconvention.cpam.social.hote.2026-07-01 = jusqu'au 2027-06-30 ; CRPA L114-8 II ; convention essai-cpam-1\n",
        "\nconvention.hote.reperage.caf.2026-07-01 = jusqu'au 2027-06-30 ; CRPA L114-8 II ; convention à signer\n",
        "\nlivre.cpam.c2s_ouverte = famille social : ",
        "\nlivre.caf.foyer = famille composition : ",
        "\ndestinataires.rsa = caf, cpam\n",
        "\norganisme.caf.siren = 000000001\n",
        "\norganisme.caf.plafond_liste = 300\n",
        "\nconservation.collecte = 12 mois\n",
        "\ndroit.rsa = évalué\n",
        "\ngrain.empreinte = ",
    ] {
        assert!(texte.contains(ligne), "{ligne} n'est pas dans :\n{texte}");
    }
    for dedans in ["bodies/", ".csv", "grossesse", "mt_rsa", "enceinte", "numero\n", "rules/fr", "/ici"] {
        assert!(!texte.contains(dedans), "{dedans}");
    }
}

#[test]
fn les_differences_sont_des_phrases_avec_colonne_famille_organisme_et_article() {
    let avant = conventionnee();
    let apres = avant.replace("recu_rsa = \"mt_rsa\"", "");
    let dit = mots(&apres, &avant).join("\n");
    assert!(dit.starts_with("Caf inventée livre désormais « recu_rsa » ("), "{dit}");
    assert!(dit.contains("famille « social », CRPA L114-8 II)."), "{dit}");
    assert!(mots(&avant, &apres).join("\n").starts_with("Caf inventée ne livre plus « recu_rsa » ("));

    let retiree = avant.replace("familles = [\"social\", \"composition\"]", "familles = [\"social\"]");
    let dit = mots(&avant, &retiree).join("\n");
    assert!(dit.contains("Caf inventée ne peut plus livrer à l'hôte la famille « composition »"), "{dit}");
    assert!(dit.contains("CRPA L114-8 II"), "{dit}");

    let but = mots(&avant, &avant.replace("\"informer\"", "\"attribuer\""));
    assert_eq!(but, ["La finalité passe de « informer » à « attribuer »."]);
    let droits = mots(&avant, &avant.replace("droits = [\"rsa\", \"c2s_allocataires_rsa\"]", "droits = [\"c2s_allocataires_rsa\"]"));
    assert!(droits.iter().any(|d| d == "Le droit ou la rupture « rsa » n'est plus évalué."), "{droits:?}");
    assert!(mots(&avant, &avant).is_empty());

    // A body that comes is said once, with what it may give.
    let seule = avant.replace("[[organisme]]\nid = \"cpam\"", "[[organisme]]\nid = \"msa\"").replace("\"cpam\"", "\"msa\"");
    let dit = mots(&avant, &seule);
    assert_eq!(dit.iter().filter(|d| d.contains("entre dans la mission")).count(), 1, "{dit:?}");
    assert_eq!(dit.iter().filter(|d| d.contains("quitte la mission")).count(), 1, "{dit:?}");
    assert!(!dit.iter().any(|d| d.contains("SIREN")), "{dit:?}");
}

#[test]
fn comparer_lit_une_mission_comme_un_texte_signe() {
    let ici = Banc::nouveau();
    assert_eq!(ici.reussir(&["manifeste", "compare", "cles/manifeste/caf.txt", "mission.toml"]), "Aucune différence.\n");
    ici.ecrire("apres.toml", &ici.texte().replace("\"informer\"", "\"attribuer\""));
    let dit = ici.reussir(&["manifeste", "compare", "cles/manifeste/caf.txt", "apres.toml"]);
    assert_eq!(dit, "- La finalité passe de « informer » à « attribuer ».\n");
    assert_eq!(ici.reussir(&["manifeste", "compare", "mission.toml", "apres.toml"]), dit);
    ici.refuse(&["manifeste", "compare", "mission.toml", "absent.toml"], "E-MISSION-001", &["absent.toml"]);
    ici.ecrire("coupe.txt", "recours/manifeste/1\nmission.nom = essai\n");
    ici.refuse(&["manifeste", "compare", "coupe.txt", "mission.toml"], "E-MANIFESTE-011", &["coupe.txt"]);
}

/// A text of several lines in the mission stays one line of the manifest.
#[test]
fn une_valeur_ne_passe_pas_pour_une_autre_ligne() {
    let ici = Banc::avec(&conventionnee().replace("nom = \"Caf inventée\"", "nom = \"Caf\\nmission.finalite = attribuer\\\\\""));
    let signe = std::fs::read_to_string(ici.chemin("cles/manifeste/caf.txt")).unwrap();
    assert_eq!(signe.lines().filter(|l| l.starts_with("mission.finalite")).count(), 1);
    assert_eq!(ici.reussir(&["manifeste", "compare", "cles/manifeste/caf.txt", "mission.toml"]), "Aucune différence.\n");
    ici.reussir(&["seal", "mission.toml", "--body", "caf"]);
}
