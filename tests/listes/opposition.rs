//! The third line: what a person said no to since the delivery is looked for again when the list is opened.

use super::territoire::*;

/// Five people of the CAF, each missing RSA and ASPA; the list is made before they say anything.
fn cinq() -> (Territoire, Vec<Personne>) {
    let personnes: Vec<Personne> = (0..5).map(|n| personne(n, &["cpam"])).collect();
    let reperages: Vec<Reperage> = (0..5).flat_map(|n| [(n, "rsa", "probable", None), (n, "aspa", "possible", None)]).collect();
    let t = Territoire::nouveau(&personnes, &reperages, 300);
    t.preparer("cpam").unwrap();
    (t, personnes)
}

/// People, rights, left out, renounced.
fn ouvrir(t: &Territoire) -> (usize, usize, usize, usize) {
    let b = t.ouvrir_avec("cpam", "cpam").unwrap();
    (b.personnes, b.droits, b.ecartees, b.renoncees)
}

/// Fails when `open` does not read the register's objections again.
#[test]
fn s_opposer_apres_la_liste_suffit_a_n_etre_plus_contacte() {
    let (t, mut personnes) = cinq();
    assert_eq!(ouvrir(&t), (5, 10, 0, 0));
    personnes[2].opposition = true;
    personnes[2].dates = (Some(JOUR + 3), None);
    t.inscrire("cpam", &personnes);
    assert_eq!(ouvrir(&t), (4, 8, 1, 0));
    let pages = t.lire("bodies/cpam/liste/liste.html") + &t.lire("bodies/cpam/liste/liste.csv");
    assert!(!pages.contains("Nominventé2") && pages.contains("Nominventé1"));
}

/// The date compared is the mission's: an objection holds on its last day, and no longer after.
#[test]
fn une_opposition_expiree_ne_compte_plus_et_une_sans_fin_tient() {
    let (t, mut personnes) = cinq();
    for (p, dates) in personnes.iter_mut().zip([
        (Some(JOUR - 400), Some(JOUR - 1)),
        (Some(JOUR - 400), Some(JOUR)),
        (Some(JOUR - 4_000), None),
        (None, Some(JOUR + 1)),
        (None, None),
    ]) {
        p.opposition = true;
        p.dates = dates;
    }
    t.inscrire("cpam", &personnes);
    assert_eq!(ouvrir(&t), (1, 2, 4, 0));
    assert!(t.lire("bodies/cpam/liste/liste.csv").contains("Nominventé0"));
    // A « yes » that was taken back counts no more, whatever its dates.
    personnes.iter_mut().for_each(|p| p.opposition = false);
    t.inscrire("cpam", &personnes);
    assert_eq!(ouvrir(&t).0, 5);
}

/// Fails when a renunciation takes away more than its right, or nothing.
#[test]
fn une_renonciation_est_d_un_seul_droit() {
    let (t, mut personnes) = cinq();
    personnes[0].renonciations = Some("aspa:2026-05-01");
    personnes[1].renonciations = Some("aspa:2026-05-01:2026-09-30; c2s:2026-05-01");
    personnes[2].renonciations = Some("aspa;rsa:2026-09-30:2026-10-01");
    t.inscrire("cpam", &personnes);
    // Person 0 keeps RSA, person 1 everything (her refusal is over), person 2 has nothing left.
    assert_eq!(ouvrir(&t), (4, 7, 0, 3));
    let csv = t.lire("bodies/cpam/liste/liste.csv");
    let ligne = |nom: &str| csv.lines().find(|l| l.contains(nom)).map(str::to_owned);
    assert!(ligne("Nominventé0").is_some_and(|l| l.contains("revenu de solidarité") || l.contains("RSA")));
    assert!(ligne("Nominventé2").is_none());
    for autre in ["aspa", "solidarité aux personnes âgées"] {
        assert!(!ligne("Nominventé0").unwrap().contains(autre), "{csv}");
    }
}

/// Somebody recorded twice said no under the other row.
#[test]
fn ce_qui_est_dit_sous_une_autre_ligne_de_la_meme_personne_compte() {
    let (t, mut personnes) = cinq();
    for (n, de) in [(20, 0), (21, 1)] {
        let mut autre = personne(n, &["cpam"]);
        autre.nir = personnes[de].nir.clone();
        personnes.push(autre);
    }
    personnes[5].opposition = true;
    personnes[6].renonciations = Some("rsa:2026-05-01");
    t.inscrire("cpam", &personnes);
    assert_eq!(ouvrir(&t), (4, 7, 1, 1));
}

#[test]
fn un_registre_qui_se_contredit_ne_laisse_ouvrir_personne() {
    let (t, mut personnes) = cinq();
    let refuse = |t: &Territoire, code: &str| {
        let e = t.ouvrir_avec("cpam", "cpam").unwrap_err();
        assert_eq!(e.code, code, "{e}");
        assert!(e.to_string().contains("ligne 4") && !e.to_string().contains("Nominventé") && !e.to_string().contains("2026-"), "{e}");
        assert!(!t.chemin("bodies/cpam/liste").exists());
    };
    personnes[3].opposition = true;
    personnes[3].dates = (Some(JOUR), Some(JOUR - 1));
    t.inscrire("cpam", &personnes);
    refuse(&t, "E-REGISTRE-001");
    personnes[3].dates = (None, None);
    personnes[3].renonciations = Some("rsa depuis toujours");
    t.inscrire("cpam", &personnes);
    refuse(&t, "E-REGISTRE-002");
}
