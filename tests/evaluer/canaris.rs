//! Recognisable values in every column of broken inputs: none may come out, whatever the fault.

use super::banc::{Banc, dit};

/// Columns where a text may stand.
const CANARI: &str = "Zzcanari7";

#[test]
fn aucune_valeur_ne_sort_d_une_entree_refusee() {
    let modele = Banc::nouveau();
    let noms = |t: &super::banc::Texte| t.colonnes.iter().map(|c| c.0.clone()).collect::<Vec<_>>();
    let mut refusees = 0;
    for (table, nom) in noms(&modele.personnes)
        .into_iter()
        .map(|n| (true, n))
        .chain(noms(&modele.foyers).into_iter().map(|n| (false, n)))
        .filter(|(_, n)| !n.ends_with(|c: char| c.is_ascii_digit()) || n.ends_with("_m02"))
    {
        let mut banc = Banc::nouveau();
        let cible = if table { &mut banc.personnes } else { &mut banc.foyers };
        cible.colonne(&nom).fill(format!("{CANARI}{nom}"));
        let sortie = banc.evaluer(&[]);
        let texte = dit(&sortie);
        assert!(!texte.contains(CANARI), "{nom} : {texte}");
        if !sortie.status.success() {
            refusees += 1;
            assert_eq!(sortie.status.code(), Some(3), "{nom} : {texte}");
            assert!(!banc.chemin("r.parquet").exists(), "{nom}");
            assert!(texte.contains(&format!("« {nom} »")), "{nom} : {texte}");
        }
    }
    // Columns that no rule reads stay closed; all the others must have refused the text.
    assert!(refusees > 30, "{refusees}");
}

#[test]
fn aucune_valeur_ne_sort_d_une_evaluation_reussie() {
    let mut banc = Banc::nouveau();
    let mut connus = Vec::new();
    // Amounts that no computation would give by chance, and an identity column that nobody asked for.
    for (i, nom) in ["salaire_net_m02", "livret_a", "recu_aah", "retraite_nette_m03"].into_iter().enumerate() {
        let valeur = format!("31415{i}9,27");
        banc.personnes.colonne(nom)[0].clone_from(&valeur);
        connus.extend([valeur.clone(), valeur.replace(',', ".")]);
    }
    banc.personnes.colonnes.push(("nom_naissance".into(), vec![CANARI.into(); 5]));
    connus.push(CANARI.into());
    let sortie = banc.evaluer(&["--out", "r.csv"]);
    let texte = dit(&sortie) + &std::fs::read_to_string(banc.chemin("r.csv")).unwrap();
    for valeur in connus {
        assert!(!texte.contains(&valeur), "{valeur}");
    }
}

#[test]
fn un_csv_casse_ne_montre_pas_ses_lignes() {
    let banc = Banc::nouveau();
    banc.ecrire();
    let texte = std::fs::read_to_string(banc.chemin("p.csv")).unwrap();
    for casse in [texte.replacen("demandeur", &format!("{CANARI};{CANARI}"), 1), texte.replacen("demandeur", &format!("\"{CANARI}"), 1)] {
        std::fs::write(banc.chemin("p.csv"), casse).unwrap();
        let regles = super::banc::racine().join("rules/fr");
        let arguments =
            ["evaluate", "--rules", regles.to_str().unwrap(), "--on", "2026-10-01", "--persons", "p.csv", "--households", "f.csv"];
        let sortie = super::banc::recours(banc.dossier.path(), &[&arguments[..], &["--out", "r.parquet"]].concat());
        assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
        assert!(!dit(&sortie).contains(CANARI) && dit(&sortie).contains("p.csv"));
    }
}
