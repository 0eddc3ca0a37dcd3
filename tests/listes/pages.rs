//! What a body makes of its list: pages for people, and a spreadsheet.

use super::territoire::*;

/// Opening and closing tags of a page, in order, with what stands between `<` and `>`.
fn balises(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|b| b.split('>').next()).collect()
}

fn titres(html: &str) -> Vec<u32> {
    balises(html)
        .into_iter()
        .filter_map(|b| b.strip_prefix('h')?.chars().next()?.to_digit(10).filter(|_| b.as_bytes().get(2).is_none_or(|c| *c == b' ')))
        .collect()
}

fn ouvrir(personnes: Vec<Personne>, reperages: &[Reperage]) -> (Territoire, String, String) {
    let t = Territoire::nouveau(&personnes, reperages, 300);
    t.ouvrir("cpam");
    let html = t.lire("bodies/cpam/liste/liste.html").replace('\u{a0}', " ");
    let csv = t.lire("bodies/cpam/liste/liste.csv");
    (t, html, csv)
}

/// The page of one person.
fn fiche<'a>(html: &'a str, nom: &str) -> &'a str {
    let articles: Vec<&str> = html.split("<article").skip(1).filter(|a| a.contains(nom)).collect();
    assert_eq!(articles.len(), 1, "{} pages for {nom}", articles.len());
    articles[0]
}

fn trois() -> (Territoire, String, String) {
    let mut protegee = personne(1, &["cpam"]);
    protegee.protegee = true;
    let mut confidentielle = personne(2, &["cpam"]);
    confidentielle.confidentielle = true;
    ouvrir(
        vec![personne(0, &["cpam"]), protegee, confidentielle],
        &[
            (0, "rsa", "certain", None),
            (0, "aspa", "possible", None),
            (0, "rupture_c2s_renouvellement", "probable", Some(30)),
            (1, "rsa", "possible", None),
            (2, "c2s_allocataires_rsa", "probable", None),
        ],
    )
}

#[test]
fn une_page_est_accessible_et_ne_va_rien_chercher_ailleurs() {
    let (_t, html, _) = trois();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"));
    let niveaux = titres(&html);
    assert_eq!(niveaux.iter().filter(|n| **n == 1).count(), 1, "one h1");
    assert_eq!(niveaux[0], 1);
    for paire in niveaux.windows(2) {
        assert!(paire[1] <= paire[0] + 1, "a level of heading is skipped: {niveaux:?}");
    }
    assert!(niveaux.len() > 15 && html.contains("<main id=\"contenu\">") && html.contains("scope=\"col\""));
    for b in balises(&html) {
        assert!(!["script", "img", "link", "iframe", "object", "form"].iter().any(|n| b.starts_with(n)), "<{b}>");
        assert!(!b.contains(" on") && !b.contains("src=") && !b.contains("style="), "<{b}>");
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("url(") && !html.contains("@import"));
    assert!(html.contains("default-src 'none'"));
    // What is opened is closed, in order.
    let mut ouvertes: Vec<&str> = Vec::new();
    for b in balises(&html).into_iter().filter(|b| !b.starts_with(['!', '/']) || b.starts_with('/')) {
        let nom = b.trim_start_matches('/').split(' ').next().unwrap();
        match b.strip_prefix('/') {
            _ if ["meta"].contains(&nom) => {}
            Some(_) => assert_eq!(ouvertes.pop(), Some(nom)),
            None => ouvertes.push(nom),
        }
    }
    assert!(ouvertes.is_empty(), "{ouvertes:?}");
    // Identifiers are unique, and links lead somewhere.
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
    let distincts: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distincts.len());
    for lien in html.split("href=\"#").skip(1).filter_map(|r| r.split('"').next()) {
        assert!(distincts.contains(lien), "{lien}");
    }
}

#[test]
fn chaque_fiche_dit_quoi_proposer_comment_et_les_droits_de_la_personne() {
    let (_t, html, csv) = trois();
    assert_eq!(html.matches("<article").count(), 3);
    let f = fiche(&html, "Camille Nominventé0");
    for attendu in [
        "06 39 98 00 00",
        "c&#x27;est ainsi que la personne est en contact avec vous ; en six mois : 2 appels, 1 visite",
        // By telephone there is more time than by post, which is what the list counts with.
        "avant le 9 novembre 2026",
        "Demander le revenu de solidarité active",
        "(à proposer – ",
        "(à vérifier – ",
        "(échéance proche – ",
        "651,69",
        "déclarer ses ressources chaque trimestre",
        "à confirmer avec qui reçoit la demande",
        "Est-ce que je parle bien à Camille Nominventé0",
        "Redemander",
    ] {
        assert!(f.contains(attendu), "{attendu} :\n{f}");
    }
    for page in html.split("<article").skip(1) {
        for droit in ["L114-8", "voir ces informations", "corriger", "opposer", "minutes", "sans échanger les noms"] {
            assert!(page.contains(droit), "{droit}");
        }
    }
    // One contact for three rights, the dated one first.
    let renouveler = f.find("<h4>Redemander").unwrap();
    assert!(f.find("<h4>Demander le revenu").is_some_and(|rsa| renouveler < rsa));
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.starts_with("\u{feff}\"fiche\";\"nom\""));
}

#[test]
fn rien_n_accuse_et_aucun_droit_n_est_nomme_avant_les_coordonnees() {
    let (_t, html, csv) = trois();
    for texte in [&html, &csv] {
        let bas = texte.to_lowercase();
        for mot in ["suspect", "fraude", "trop-perçu", "inéligible", "non éligible", "score"] {
            assert!(!bas.contains(mot), "{mot}");
        }
        // Whole words: « certains mois » or « individuel » say nothing of the kind.
        for mot in bas.split(|c: char| !c.is_alphanumeric()) {
            assert!(!["certain", "certaine", "probable", "indu", "indus", "indue"].contains(&mot), "{mot}");
        }
    }
    let titre = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    for haut in html.split("<article").skip(1).map(|a| a.split("Ce qu").next().unwrap()).chain([titre]) {
        for droit in ["solidarité", "RSA", "Aspa", "santé", "vieillesse"] {
            assert!(!haut.contains(droit), "{droit} stands where the page may be seen");
        }
    }
}

#[test]
fn une_adresse_confidentielle_et_une_mesure_de_protection_sont_respectees() {
    let (_t, html, csv) = trois();
    let f = fiche(&html, "Camille Nominventé2");
    assert!(f.contains("Adresse confidentielle : ni courrier, ni courriel") && f.contains("06 39 98 00 02"));
    for texte in [&html, &csv] {
        assert!(!texte.contains("2 rue inventée") && !texte.contains("personne2@"), "a confidential address is printed");
    }
    let f = fiche(&html, "Camille Nominventé1");
    assert!(f.contains("chargée de sa mesure de protection") && !f.contains("06 39 98 00 01") && !f.contains("personne1@"));
    assert!(f.contains("Êtes-vous bien la personne chargée de la mesure") && !f.contains("Vous pourriez"), "{f}");
    assert!(!fiche(&html, "Camille Nominventé2").contains("Merci de nous rappeler"), "a message is left where another may hear it");
}

#[test]
fn les_personnes_decedees_opposees_ou_mineures_n_ont_pas_de_fiche() {
    let mut personnes: Vec<Personne> = (0..6).map(|n| personne(n, &["cpam"])).collect();
    personnes[1].decede = true;
    personnes[2].opposition = true;
    personnes[3].naissance = JOUR - 17 * 365;
    // The same person under another row: its objection counts.
    personnes[4].nir = Some("unautrenumero".into());
    personnes[5] = Personne { n: 5, opposition: true, ..personnes[4].clone() };
    let reperages: Vec<Reperage> = (0..5).map(|n| (n, "rsa", "probable", None)).collect();
    let t = Territoire::nouveau(&personnes, &reperages, 300);
    let bilan = t.ouvrir("cpam");
    assert_eq!((bilan.personnes, bilan.ecartees, bilan.inconnues), (1, 4, 495));
    let html = t.lire("bodies/cpam/liste/liste.html");
    assert!(html.contains("Nominventé0"));
    for n in 1..6 {
        assert!(!html.contains(&format!("Nominventé{n}")));
    }
}

#[test]
fn un_registre_qui_ne_dit_pas_qui_proteger_est_refuse() {
    use recours_tables::{ecrire_parquet, lire_table};
    let t = Territoire::nouveau(&[personne(0, &["cpam"])], &[(0, "rsa", "probable", None)], 300);
    t.preparer("cpam").unwrap();
    let registre = t.chemin("bodies/cpam/registre.parquet");
    let lot = lire_table(&registre).unwrap().tout().unwrap().lot().clone();
    let sans: Vec<usize> = (0..lot.num_columns()).filter(|i| lot.schema().field(*i).name() != "opposition").collect();
    let lot = lot.project(&sans).unwrap();
    ecrire_parquet(&registre, &lot.schema(), &[lot]).unwrap();
    let erreur = t.ouvrir_avec("cpam", "cpam").unwrap_err();
    assert_eq!(erreur.code, "E-TABLE-007");
    assert!(erreur.to_string().contains("opposition"));
    assert!(!t.chemin("bodies/cpam/liste").exists());
}

#[test]
fn l_ordre_suit_les_dates_puis_les_difficultes_jamais_la_facilite_a_repondre() {
    let mut personnes: Vec<Personne> = (0..4).map(|n| personne(n, &["cpam"])).collect();
    // 0: answers online; 1: no phone, and what an agent observed lacks for the procedure; 2 and 3 have dates.
    personnes[0].contacts = [0.0, 0.0, 0.0, 9.0];
    personnes[1].telephone = None;
    personnes[1].contacts = [0.0, 2.0, 0.0, 0.0];
    personnes[1].difficultes[3] = Some(true);
    let (_t, html, _) = ouvrir(
        personnes,
        &[
            (0, "rsa", "certain", None),
            (1, "rsa", "possible", None),
            (2, "rupture_c2s_renouvellement", "probable", Some(50)),
            (3, "rupture_c2s_renouvellement", "possible", Some(20)),
        ],
    );
    let place = |n: usize| html.find(&format!("<h2 id=\"fiche-{n}\">")).unwrap();
    let noms: Vec<&str> = (1..=4).map(|n| html[place(n)..].split(['>', '<']).nth(2).unwrap()).collect();
    assert_eq!(noms, [3, 2, 1, 0].map(|n| format!("Camille Nominventé{n}")));
    let f = fiche(&html, "Camille Nominventé1");
    assert!(f.contains("Accueil : sur rendez-vous") && f.contains("Pour proposer le rendez-vous : courrier"), "{f}");
}

#[test]
fn un_nom_ne_devient_ni_formule_ni_balise() {
    let mut p = personne(0, &["cpam"]);
    p.nom = "=cmd|' /C calc'!A0".into();
    p.prenoms = "<script>alert(1)</script>\"; \r\n@SUM(1)".into();
    let (_t, html, csv) = ouvrir(vec![p], &[(0, "rsa", "probable", None)]);
    assert!(!html.contains("<script") && html.contains("&lt;script"));
    assert!(csv.contains("\"'=cmd|"), "{csv}");
    assert_eq!(csv.lines().count(), 2, "a cell broke the line");
    for cellule in csv.lines().nth(1).unwrap().split("\";\"") {
        assert!(!cellule.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cellule}");
    }
}

#[test]
fn une_ligne_expiree_n_a_pas_de_fiche() {
    use recours::commandes::open::ouvrir_liste;
    use recours::progression::Progression;
    let t = Territoire::nouveau(&[personne(0, &["cpam"])], &[(0, "rsa", "probable", None)], 300);
    t.preparer("cpam").unwrap();
    let ouvrir = |jour: i32| {
        let d = |r: &str| t.chemin(r);
        let (registre, cle, sortie) = (d("bodies/cpam/registre.parquet"), d("bodies/cpam/cle.age"), d("bodies/cpam/liste"));
        ouvrir_liste(&t.mission, &d("lists/cpam.age"), &registre, &cle, &sortie, jour, &Progression::silencieuse()).unwrap()
    };
    // Usable until 31 December 2026.
    assert_eq!(ouvrir(JOUR + 91).personnes, 1);
    let apres = ouvrir(JOUR + 92);
    assert_eq!((apres.personnes, apres.expirees), (0, 1));
}
