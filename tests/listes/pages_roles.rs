//! Who reads what: nothing of a right for a digital mediator, counts for steering; and a workbook that runs nothing.

use super::pages_contenu::ouvrir;
use super::territoire::*;
use calamine::{Data, Reader, Xlsx};
use recours::commandes::open::Role;

/// Sixty people, each with a renewal; every third has lost a password.
fn soixante() -> Territoire {
    let mut personnes: Vec<Personne> = (0..60).map(|n| personne(n, &["cpam"])).collect();
    for p in personnes.iter_mut().filter(|p| p.n % 3 == 0) {
        p.difficultes[4] = Some(true);
    }
    let mut reperages: Vec<Reperage> = (0..60).map(|n| (n, "rupture_c2s_renouvellement", "probable", Some(30))).collect();
    reperages.extend((0..4).map(|n| (n, "rsa", "probable", None)));
    let t = Territoire::nouveau(&personnes, &reperages, 300);
    t.preparer("cpam").unwrap();
    t
}

fn fichiers(t: &Territoire) -> Vec<(String, String)> {
    let mut lus = Vec::new();
    for f in std::fs::read_dir(t.chemin("bodies/cpam/liste")).unwrap().map(|f| f.unwrap().path()) {
        let nom = f.file_name().unwrap().to_str().unwrap().to_owned();
        let texte = if nom.ends_with("xlsx") {
            cellules(&std::fs::read(&f).unwrap()).into_iter().flatten().collect::<Vec<_>>().join("\n")
        } else {
            std::fs::read_to_string(&f).unwrap()
        };
        lus.push((nom, texte.replace('\u{a0}', " ")));
    }
    lus
}

/// Cells of a workbook of one sheet, which are all text.
fn cellules(octets: &[u8]) -> Vec<Vec<String>> {
    let mut classeur: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(octets.to_vec())).unwrap();
    let nom = classeur.sheet_names()[0].clone();
    assert!(classeur.worksheet_formula(&nom).unwrap().used_cells().all(|(_, _, f)| f.is_empty()), "a formula");
    let rangees = classeur.worksheet_range(&nom).unwrap();
    let texte = |c: &Data| match c {
        Data::String(s) => s.clone(),
        Data::Empty => String::new(),
        autre => panic!("a cell is not text: {autre:?}"),
    };
    rangees.rows().map(|r| r.iter().map(texte).collect()).collect()
}

#[test]
fn un_mediateur_numerique_ne_lit_ni_droit_ni_montant_ni_motif() {
    let t = soixante();
    ouvrir(&t, Role::MediateurNumerique, None);
    let jeu = recours::regles::Jeu::lire(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr")).unwrap();
    let pack = jeu.construire(None, i64::from(JOUR)).unwrap();
    let fichiers = fichiers(&t);
    assert_eq!(fichiers.len(), 3, "{:?}", fichiers.iter().map(|f| &f.0).collect::<Vec<_>>());
    for (nom, texte) in &fichiers {
        let bas = texte.to_lowercase();
        for droit in pack.all_rights() {
            for dit in [Some(&droit.label), Some(&droit.propose), droit.up_to.as_ref()].into_iter().flatten() {
                assert!(!bas.contains(&dit.to_lowercase()), "{nom} : {dit}");
            }
        }
        for mot in [
            "rsa",
            "c2s",
            "santé",
            "solidaire",
            "€",
            "euros",
            "pièce",
            "mot de passe perdu",
            "exige",
            "parce que",
            "pourquoi :",
            "à proposer",
            "échéance",
        ] {
            assert!(!bas.contains(mot), "{nom} : {mot}");
        }
        assert!(texte.contains("Nominventé0") && !texte.contains("Nominventé1\n"), "{nom}");
    }
    // Only those for whom a digital mediator is the one advised.
    let html = &fichiers.iter().find(|f| f.0 == "rendez_vous.html").unwrap().1;
    assert_eq!(html.matches("id=\"rencontre-").count(), 20);
}

#[test]
fn le_pilotage_ne_lit_que_des_comptes_de_onze_et_plus() {
    let t = soixante();
    ouvrir(&t, Role::Pilotage, None);
    let fichiers = fichiers(&t);
    assert_eq!(fichiers.len(), 2);
    for (nom, texte) in &fichiers {
        assert!(!texte.contains("Nominventé") && !texte.contains("Camille") && !texte.contains("06 39"), "{nom}");
    }
    let csv = &fichiers.iter().find(|f| f.0 == "pilotage.csv").unwrap().1;
    let comptes: Vec<u64> = csv.lines().skip(1).map(|l| l.rsplit('"').nth(1).unwrap().parse().unwrap()).collect();
    assert!(comptes.len() > 4 && comptes.iter().all(|n| *n >= 11), "{csv}");
    // Four people miss the RSA: too few to be said, and not to be found by difference.
    assert!(!csv.contains("Revenu de solidarité active"), "{csv}");
}

#[test]
fn aucune_cellule_du_classeur_ne_s_execute() {
    const ATTAQUES: [&str; 8] =
        ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://x.invalid\";\"ici\")", "\t=1", "{=1}"];
    let mut personnes: Vec<Personne> = (0..ATTAQUES.len()).map(|n| personne(n, &["cpam"])).collect();
    for (p, attaque) in personnes.iter_mut().zip(ATTAQUES) {
        p.nom = format!("{attaque} Nominventé{}", p.n);
        p.prenoms = attaque.into();
        p.telephone = Some(attaque.into());
        p.prefere = Some("telephone");
    }
    let reperages: Vec<Reperage> = (0..ATTAQUES.len()).map(|n| (n, "rupture_c2s_renouvellement", "probable", Some(30))).collect();
    let t = Territoire::nouveau(&personnes, &reperages, 300);
    t.preparer("cpam").unwrap();
    ouvrir(&t, Role::TravailleurSocial, None);
    let octets = std::fs::read(t.chemin("bodies/cpam/liste/liste.xlsx")).unwrap();
    let lues = cellules(&octets);
    assert_eq!(lues.len(), 1 + ATTAQUES.len());
    assert_eq!(lues[0][..3], ["fiche", "nom", "nom_naissance"]);
    for (n, attaque) in ATTAQUES.iter().enumerate() {
        let lisible = attaque.replace('\t', " ");
        assert!(lues.iter().any(|l| l[1].trim() == format!("{lisible} Nominventé{n}").trim()), "{attaque} is read back as it was written");
    }
    ouvrir(&t, Role::TravailleurSocial, None);
    assert_eq!(octets, std::fs::read(t.chemin("bodies/cpam/liste/liste.xlsx")).unwrap(), "same rows, same bytes");
}
