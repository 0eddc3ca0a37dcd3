//! The written protocol and threat model, held to the program: what they name exists, and what the program has they name.
//!
//! Closed lists are compared both ways: passes, files between roles, columns, headers, key contexts, acts of the logs,
//! limits of a linkage, vectors, controls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fichiers;
mod textes;

use std::collections::BTreeSet;

use recours_engine::finding;
use recours_engine::outreach::COLONNES;
use recours_seal::oprf::PasseOprf;
use textes::{epreuves, existe, lire, litteraux, mots, programme, table, tables};

const PROTOCOLE: &str = "docs/fr/protocole.md";
const MENACES: &str = "docs/fr/menaces.md";

fn ensemble<T: Into<String>>(mots: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    mots.into_iter().map(Into::into).collect()
}

/// Both ways, each side named: `ici` what the document says, `la` what the program has.
fn memes(quoi: &str, ici: &BTreeSet<String>, la: &BTreeSet<String>) {
    assert!(!la.is_empty(), "{quoi} : rien n'est trouvé dans le programme");
    let manquent: Vec<_> = la.difference(ici).collect();
    let de_trop: Vec<_> = ici.difference(la).collect();
    assert!(manquent.is_empty() && de_trop.is_empty(), "{quoi} : non décrits {manquent:?} ; décrits et absents du programme {de_trop:?}");
}

/// Fails when a test or a measure that a document cites was renamed or removed.
#[test]
fn les_epreuves_citees_existent() {
    let mut combien = 0;
    for document in [PROTOCOLE, MENACES] {
        for epreuve in epreuves(&lire(document)) {
            existe(&epreuve).unwrap_or_else(|faute| panic!("{document} cite « {epreuve} » : {faute}"));
            combien += 1;
        }
    }
    assert!(combien > 60, "{combien} épreuves citées seulement");
}

/// Fails when an adversary is missing, or stands without a control, a test or a word on what remains.
#[test]
fn les_adversaires_sont_tous_la() {
    let texte = lire(MENACES);
    let table = table(&texte, "n°");
    let numeros: Vec<&str> = table.iter().map(|ligne| ligne[0]).collect();
    assert_eq!(numeros, (1..=26).map(|n| n.to_string()).collect::<Vec<_>>());
    for ligne in &table {
        let [n, adversaire, _, _, controle, epreuve, reste] = ligne.as_slice() else { panic!("{ligne:?}") };
        for (nom, cellule) in [("adversaire", adversaire), ("contrôle", controle), ("épreuve", epreuve), ("reste", reste)] {
            assert!(!cellule.is_empty(), "adversaire {n} : « {nom} » est vide");
        }
        assert!(!epreuves(epreuve).is_empty(), "adversaire {n} : aucune épreuve");
    }
}

/// Fails when a control of the table has no file in benches/controles/, which removes it and demands that its test fail; or
/// the other way round.
#[test]
fn chaque_controle_a_une_epreuve_et_un_retrait() {
    let texte = lire(MENACES);
    let dits: BTreeSet<String> = table(&texte, "contrôle").iter().map(|l| l.join(" | ")).collect();
    let champ = |texte: &str, nom: &str| texte.lines().find_map(|l| l.strip_prefix(&format!("# {nom}: "))).unwrap().to_owned();
    let mut retires = BTreeSet::new();
    for fichier in std::fs::read_dir(textes::racine().join("benches/controles")).unwrap() {
        let texte = std::fs::read_to_string(fichier.unwrap().path()).unwrap();
        retires.insert(format!("{} | `{}` | `{}`", champ(&texte, "controle"), champ(&texte, "fichier"), champ(&texte, "epreuve")));
    }
    assert!(retires.len() >= 25);
    memes("contrôles", &dits, &retires);
}

/// Fails when a pass is added, removed or changes its force, its limit or its length without the protocol saying so.
#[test]
fn les_passes_sont_decrites() {
    let texte = lire(PROTOCOLE);
    let mut vues = Vec::new();
    for (entete, lignes) in tables(&texte).into_iter().filter(|(e, _)| e.first() == Some(&"passe")) {
        let rang = |nom: &str| entete.iter().position(|c| *c == nom);
        for ligne in lignes {
            let [code] = mots(ligne[0])[..] else { panic!("{ligne:?}") };
            let passe = PasseOprf::de_code(code).unwrap_or_else(|| panic!("{code} n'est pas une passe"));
            vues.push(code.to_owned());
            match passe {
                PasseOprf::Base(p) => assert_eq!(ligne[rang("force").unwrap()], p.force().to_string(), "{code}"),
                PasseOprf::Elargie(p) => {
                    assert_eq!(ligne[rang("jetons au plus").unwrap()], p.plafond().to_string(), "{code}");
                    assert_eq!(ligne[rang("octets par jeton").unwrap()], p.taille().to_string(), "{code}");
                }
            }
            let muette = passe.regle().muette();
            if let Some(etiquette) = rang("étiquette") {
                assert_eq!(ligne[etiquette] == "aucune", muette, "{code}");
            }
        }
    }
    assert_eq!(vues, PasseOprf::toutes().map(|p| p.code().to_owned()).collect::<Vec<_>>());
}

/// Fails when a header is written that the protocol does not describe.
#[test]
fn les_en_tetes_sont_decrits() {
    let ici = table(&lire(PROTOCOLE), "en-tête").iter().flat_map(|l| mots(l[0])).map(String::from).collect();
    let la =
        ensemble(litteraux(&["crates/cli", "crates/tables"]).into_iter().filter(|l| l.starts_with("recours.") && !l.ends_with(".toml")));
    memes("en-têtes", &ici, &la);
}

/// Fails when a salt, a BLAKE3 context or a domain of a hash is added or changed.
#[test]
fn les_contextes_de_cles_sont_decrits() {
    let ici = table(&lire(PROTOCOLE), "sel ou contexte").iter().flat_map(|l| mots(l[0])).map(String::from).collect();
    let tous = litteraux(&["crates"]);
    let domaine = |l: String| l.strip_suffix("/contenu").or(l.strip_suffix("/tete")).map_or(l.clone(), String::from);
    let la = tous.into_iter().filter(|l| l.starts_with("recours/") || l.starts_with("recours 20")).map(domaine).collect();
    memes("sels et contextes", &ici, &la);
}

/// Fails when a role logs an act that the protocol does not describe.
#[test]
fn les_actes_des_journaux_sont_decrits() {
    let ici = table(&lire(PROTOCOLE), "acte").iter().flat_map(|l| mots(l[0])).map(String::from).collect();
    let mut la = BTreeSet::new();
    for (_, source) in programme("crates/cli") {
        for appel in ["Acte::de_mission(", "Acte::nouveau(", "acte_de_cle("] {
            for suite in source.split(appel).skip(1) {
                if let Some(nom) = suite.trim_start().strip_prefix('"').and_then(|s| s.split('"').next()) {
                    la.insert(nom.to_owned());
                }
            }
        }
        let constante = source.split("pub const ACTE: &str = \"").nth(1).and_then(|s| s.split('"').next());
        la.extend(constante.map(String::from));
    }
    la.insert(recours_tables::journal::ELAGAGE.to_owned());
    memes("actes", &ici, &la);
}

/// Fails when a limit of the linkage is added to the mission without the protocol saying what it does.
#[test]
fn les_limites_de_la_liaison_sont_decrites() {
    let ici = table(&lire(PROTOCOLE), "limite").iter().flat_map(|l| mots(l[0])).map(String::from).collect();
    let source = lire("crates/cli/mission/limites.rs");
    let bloc = source.split("pub struct LimitesLiaison {").nth(1).unwrap().split("\n}").next().unwrap();
    let champs = bloc.lines().filter_map(|l| l.trim().strip_prefix("pub ")).filter_map(|l| l.split(':').next());
    memes("limites", &ici, &ensemble(champs.filter(|c| *c != "passes_elargies")));
}

/// Fails when a golden file is added, or named and gone.
#[test]
fn les_vecteurs_sont_decrits() {
    let ici = table(&lire(PROTOCOLE), "fichier (`crates/seal/vecteurs/`)").iter().flat_map(|l| mots(l[0])).map(String::from).collect();
    let la =
        std::fs::read_dir(textes::racine().join("crates/seal/vecteurs")).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    memes("vecteurs", &ici, &la.filter(|f| !f.ends_with(".py")).collect());
}

/// Fails when a list, the findings or the trace gain a column, and when a delivery, an exchange or a link does.
#[test]
#[cfg(feature = "complet")]
fn les_colonnes_sont_decrites() {
    let mut la = fichiers::colonnes();
    la.extend(COLONNES.map(String::from));
    for lot in [finding::table(&[]).unwrap(), finding::trace(&[]).unwrap()] {
        la.extend(lot.schema().fields().iter().map(|c| c.name().clone()));
    }
    let lignes = table(&lire(PROTOCOLE), "colonne").iter().map(|l| textes::etendre(l[0])).collect::<Vec<_>>();
    memes("colonnes", &lignes.into_iter().flatten().collect(), &la);
}

/// Fails when a path of a mission is added to the program without the table of files.
#[test]
fn les_fichiers_sont_decrits() {
    memes("fichiers", &fichiers::decrits(&lire(PROTOCOLE)), &fichiers::du_programme());
}

/// Fails when a document gives a reader a code that the page of codes does not explain.
#[test]
fn les_codes_cites_sont_expliques() {
    let page = lire("docs/fr/codes.md");
    for document in [PROTOCOLE, MENACES] {
        let texte = lire(document);
        let codes: BTreeSet<&str> = mots(&texte).into_iter().filter(|m| m.starts_with("E-")).collect();
        for code in &codes {
            assert!(page.contains(&format!("| `{code}` |")), "{document} cite {code}");
        }
        assert!(document != PROTOCOLE || codes.len() > 40, "{}", codes.len());
    }
}

/// The two documents are found from the first pages.
#[test]
fn les_documents_sont_lies_des_pages_d_accueil() {
    for page in ["README.md", "LISEZMOI.md"] {
        let texte = lire(page);
        assert!(texte.contains(PROTOCOLE) && texte.contains(MENACES), "{page}");
    }
}
