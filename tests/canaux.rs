//! Channel classes: what the rules say of contacts, and what a body publishes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use recours_rules::Pack;
use recours_rules::channels::{Class, Used};

fn jeu() -> Pack {
    let jeu = recours::regles::Jeu::lire(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr")).unwrap();
    jeu.construire(None, recours_rules::date::parse("2026-10-01").unwrap()).unwrap()
}

fn employe(pack: &Pack, contacts: &[(&str, &str)]) -> Used {
    let canaux = pack.channels.as_ref().unwrap();
    let mut used = Used::default();
    for (canal, objet) in contacts {
        assert!(canaux.add(&mut used, canal, objet), "{canal}");
    }
    used
}

fn classe(pack: &Pack, contacts: &[(&str, &str)]) -> Class {
    pack.channels.as_ref().unwrap().class(employe(pack, contacts))
}

#[test]
fn une_classe_est_faite_des_canaux_employes() {
    let pack = jeu();
    let dtr = ("numerique", "declaration_trimestrielle");
    for (contacts, attendue) in [
        (vec![("accueil", "demande"), ("courrier", "pieces")], Class::Direct),
        (vec![("telephone", "information"), ("numerique", "demande")], Class::Mixed),
        (vec![("numerique", "demande"), ("numerique", "pieces")], Class::Digital),
        (vec![dtr, dtr], Class::DeclarationOnly),
        // The declaration moves nobody who has something else.
        (vec![dtr, ("accueil", "demande")], Class::Direct),
        (vec![dtr, ("numerique", "demande")], Class::Digital),
        // On paper it is a contact like another.
        (vec![("courrier", "declaration_trimestrielle")], Class::Direct),
        (vec![], Class::NoContact),
    ] {
        assert_eq!(classe(&pack, &contacts), attendue, "{contacts:?}");
    }
    let canaux = pack.channels.as_ref().unwrap();
    assert!(!canaux.add(&mut Used::default(), "pigeon", ""));
    assert_eq!(canaux.code(employe(&pack, &[dtr, ("telephone", ""), ("accueil", "")])), "accueil+telephone+dtr_en_ligne");
}

/// Suggested test 5 of the field study: connections are counted without anybody knowing whose they were.
#[test]
fn se_connecter_tous_les_jours_ne_change_pas_la_classe() {
    let pack = jeu();
    let connexions: Vec<(&str, &str)> = std::iter::repeat_n(("numerique", "connexion"), 180).collect();
    for contacts in [vec![], vec![("accueil", "demande")], vec![("numerique", "declaration_trimestrielle")], vec![("numerique", "demande")]]
    {
        let avec: Vec<(&str, &str)> = contacts.iter().chain(&connexions).copied().collect();
        assert_eq!(classe(&pack, &avec), classe(&pack, &contacts));
    }
    assert_eq!(classe(&pack, &connexions), Class::NoContact);
}

#[test]
fn les_sous_groupes_sont_connus_avant_de_compter() {
    let pack = jeu();
    let canaux = pack.channels.as_ref().unwrap();
    let groupes = canaux.sub_groups();
    // Sixteen sets of four channels, with the declaration and without.
    assert_eq!(groupes.len(), 32);
    let combien = |c: Class| groupes.iter().filter(|(x, _)| *x == c).count();
    assert_eq!(Class::ALL.map(combien), [14, 14, 2, 1, 1]);
    // Six whole months before that of the mission, whatever its day.
    let jour = |t: &str| recours_rules::date::parse(t).unwrap();
    for on in ["2026-10-01", "2026-10-31"] {
        assert_eq!(canaux.window(&pack.parameters, jour(on)), Some((jour("2026-04-01"), jour("2026-09-30"))));
    }
    assert_eq!(canaux.window(&pack.parameters, jour("2021-10-01")), None);
    // Counts of a register say the same as its events.
    let comptes = [("accueil", 2), ("telephone", 0), ("courrier", 0), ("numerique", 1), ("dtr_en_ligne", 2)];
    let evenements = [("accueil", ""), ("accueil", ""), ("numerique", ""), ("numerique", "declaration_trimestrielle")];
    assert_eq!(canaux.of_counts(comptes), employe(&pack, &evenements));
}

/// A folder of rules, whole.
fn copier(de: &std::path::Path, vers: &std::path::Path) {
    std::fs::create_dir_all(vers).unwrap();
    for f in std::fs::read_dir(de).unwrap().map(Result::unwrap) {
        let ici = vers.join(f.file_name());
        if f.path().is_dir() {
            copier(&f.path(), &ici);
        } else {
            std::fs::copy(f.path(), ici).unwrap();
        }
    }
}

#[test]
fn les_fautes_du_fichier_sont_montrees() {
    let dossier = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr");
    let texte = std::fs::read_to_string(dossier.join("canaux.yaml")).unwrap();
    let essai = |change: &dyn Fn(&str) -> String| {
        let copie = tempfile::tempdir().unwrap();
        copier(&dossier, copie.path());
        std::fs::write(copie.path().join("canaux.yaml"), change(&texte)).unwrap();
        let jeu = recours::regles::Jeu::lire(copie.path()).unwrap();
        jeu.construire(None, recours_rules::date::parse("2026-10-01").unwrap()).err().map(|e| e.to_string())
    };
    assert_eq!(essai(&str::to_owned), None);
    for (ici, la, dit) in [
        ("sorte: numerique", "sorte: numeriqe", "vouliez-vous dire `numerique` ?"),
        ("fenetre: canaux_fenetre", "fenetre: delai_courrier", "n'est pas un nombre de mois"),
        ("droits: [aspa]", "droits: [aspaa]", "vouliez-vous dire `aspa` ?"),
        ("canal: telephone", "canal: accueil", "est écrit deux fois"),
        ("classe: aucun_contact", "classe: mixte", "il manque des classes : aucun_contact"),
    ] {
        let faute = essai(&|t| t.replacen(ici, la, 1)).unwrap_or_else(|| panic!("{la} passe"));
        assert!(faute.contains("R-110") && faute.contains(dit), "{la} : {faute}");
    }
}
