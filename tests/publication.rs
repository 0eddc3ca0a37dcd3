//! The published rules: nothing of a pack is left out, nothing is fetched, nothing escapes its text, and a reading says exactly what
//! the program computes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod lue;
mod petit_jeu;

use lue::Page;
use petit_jeu::PetitJeu;
use recours::publication::{self, Origine};
use recours::regles::{Jeu, avec_le_texte, lire_texte};
use recours_rules::date;
use recours_rules::document::{Document, read};
use recours_rules::pack::Pack;
use recours_rules::parameters::Value;
use std::collections::BTreeSet;
use std::path::Path;

use crate::evaluer::banc::{dit, racine, recours};

/// The French pack, and its page on a day when several values are past and others to come.
fn francaise() -> (Jeu, Pack, Page) {
    let jeu = Jeu::lire(racine().join("rules/fr")).unwrap();
    let pack = jeu.construire(None, date::parse("2026-10-01").unwrap()).unwrap();
    let page = ecrire(&jeu, &pack);
    (jeu, pack, Page::de(page))
}

fn ecrire(jeu: &Jeu, pack: &Pack) -> String {
    let origine = Origine { empreinte: jeu.empreinte(), avec_variante: None, contact: None };
    publication::page(pack, &jeu.fichiers, None, &jeu.dossier.display().to_string(), &origine).unwrap()
}

/// Every right, rupture, clause, condition left out, assumption, claim and worked case, under its anchor.
#[test]
fn chaque_regle_est_dite_en_entier() {
    let (_, pack, page) = francaise();
    for r in pack.all_rights() {
        page.dit(&r.id, &[]);
        page.dit(&format!("{}.titre", r.id), &[&r.label, &r.propose, &r.source, &r.version]);
        for c in &r.conditions {
            page.dit(&format!("{}.{}", r.id, c.id), &[&c.label, &c.source]);
        }
        for n in &r.not_modelled {
            page.dit(&format!("{}.non_modelise.{}", r.id, n.id), &[&n.label, &n.source]);
        }
        for h in &r.assumptions {
            page.dit(&format!("{}.hypothese.{}", r.id, h.id), &[&h.label, &h.source]);
        }
        for p in &r.properties {
            page.dit(&format!("{}.propriete.{}", r.id, p.id), &[&p.label]);
        }
        for (i, c) in r.cases.iter().enumerate() {
            let ancre = format!("{}.cas.{}", r.id, i + 1);
            page.dit(&ancre, &[&c.nom.value]);
            for texte in [&c.attendu.montant, &c.attendu.echeance, &c.attendu.date_utile].into_iter().flatten() {
                page.dit_la_valeur(&ancre, &texte.value);
            }
            for texte in c.personnes.iter().chain([&c.foyer]).flat_map(|f| f.values()) {
                page.dit_la_valeur(&ancre, &texte.value);
            }
        }
        for e in &r.commits {
            assert!(page.texte.contains(&lue::simple(e)), "{} : {e}", r.id);
        }
    }
    let cas: usize = pack.all_rights().map(|r| r.cases.len()).sum();
    assert!(cas > 1_000, "{cas} cas seulement : le parcours ne voit plus le jeu");
}

/// Every computation under its own name, with the expression as its file writes it.
#[test]
fn chaque_formule_est_la_mot_a_mot() {
    let (jeu, pack, page) = francaise();
    let mut formules = 0;
    for f in &jeu.fichiers {
        let ecrites: Vec<(String, String)> = match read(&f.name, &f.text) {
            Ok(Document::Right(d)) => {
                let id = d.droit.as_ref().or(d.rupture.as_ref()).unwrap().value.clone();
                if !pack.all_rights().any(|r| r.id == id && r.version == d.version.value) {
                    continue;
                }
                let calculs = d.calculs.iter().map(|c| (format!("{id}.{}", c.nom.value), c.formule.value.clone()));
                let conditions = d.conditions.iter().map(|c| (format!("{id}.{}", c.id.value), c.si.value.clone()));
                calculs.chain(conditions).collect()
            }
            Ok(Document::Calcs(d)) => d.calculs.iter().map(|c| (format!("calcul.{}", c.nom.value), c.formule.value.clone())).collect(),
            _ => Vec::new(),
        };
        for (ancre, formule) in ecrites {
            page.dit_serre(&ancre, &formule);
            formules += 1;
        }
    }
    assert!(formules > 500, "{formules} formules seulement");
    // The amounts and receipts have no anchor of their own in files: they are on the page too.
    for r in pack.all_rights().filter(|r| r.amount.is_some()) {
        page.dit(&format!("{}.montant_calcule", r.id), &[]);
    }
}

/// Every value of every parameter, with its day and its text, to the last digit.
#[test]
fn chaque_valeur_datee_est_la_avec_son_texte() {
    let (_, pack, page) = francaise();
    for p in &pack.parameters.all {
        page.dit(&format!("parametre.{}", p.name), &[&p.label]);
        for v in &p.values {
            let ancre = format!("parametre.{}.{}", p.name, date::format(v.from));
            page.dit(&ancre, &[&v.source]);
            let chiffres: Vec<i64> = match &v.value {
                Value::Scalar(x) => vec![*x],
                Value::Table { entries, beyond } => entries.iter().copied().chain([*beyond]).collect(),
                Value::ByCode(x) => x.clone(),
                Value::Day(_) | Value::Window(..) | Value::ByBirth(_) => Vec::new(),
            };
            for x in chiffres {
                page.dit_le_nombre(&ancre, x);
            }
        }
        let verifie = p.checked.map_or_else(|| "Non vérifié à la source".to_owned(), |_| "Vérifié jusqu'au".to_owned());
        page.dit(&format!("parametre.{}", p.name), &[&verifie]);
    }
}

/// Every fact with its holders, every class, every procedure, every prerequisite.
#[test]
fn faits_demarches_et_prealables_sont_la() {
    let (_, pack, page) = francaise();
    for v in &pack.vocabulary.variables {
        page.dit(&format!("fait.{}", v.name), &[&v.label, &v.name]);
    }
    for k in &pack.classes {
        if pack.vocabulary.variables.iter().any(|v| v.class == k.name) {
            page.dit(&format!("classe.{}", k.name), &[&k.label, &k.says, &k.article]);
        }
    }
    for t in &pack.frame {
        page.dit(&format!("texte.{}", t.id), &[&t.title, &t.says]);
    }
    for d in &pack.catalogue.procedures {
        page.dit(&format!("demarche.{}", d.id), &[]);
        for v in &d.variants {
            for e in v.channels.iter().flat_map(|c| &c.requirements) {
                assert!(page.texte.contains(&lue::simple(&e.says)), "{} : {}", d.id, e.says);
            }
        }
    }
    for p in &pack.prerequisites {
        page.dit(&format!("prealable.{}", p.id), &[&p.label, &p.lift, &p.source]);
    }
}

/// Anchors are unique and every link of the page leads somewhere in it; nothing is fetched; one script, admitted by its hash.
#[test]
fn la_page_ne_va_rien_chercher_et_ses_liens_menent_quelque_part() {
    let (_, _, page) = francaise();
    let ids: BTreeSet<&str> = page.ancres().into_iter().collect();
    assert_eq!(ids.len(), page.ancres().len(), "deux ancres du même nom");
    for lien in page.attributs("href") {
        let cible = lien.strip_prefix('#').unwrap_or_else(|| panic!("lien hors de la page : {lien}"));
        assert!(ids.contains(cible), "lien sans cible : {lien}");
    }
    for interdit in [" src=", "@import", "url(", "<link", "<iframe", "<object", "<embed", "javascript:", " onclick", "eval("] {
        assert!(!page.brut.contains(interdit), "{interdit}");
    }
    assert_eq!(page.brut.matches("<script").count(), 1);
    let script = page.brut.split_once("<script>").and_then(|(_, r)| r.split_once("</script>")).unwrap().0;
    let attendue = lue::condense(script);
    let politique = page.attributs("content").into_iter().find(|c| c.contains("default-src")).unwrap();
    assert!(politique.starts_with("default-src 'none';"), "{politique}");
    assert!(politique.contains(&format!("script-src '{attendue}'")), "{politique} : {attendue}");
}

/// The size that the documents give, with room.
#[test]
fn la_page_reste_legere() {
    let (_, _, page) = francaise();
    assert!(page.brut.len() < 3_300_000, "{} octets", page.brut.len());
}

/// What an author writes is text, wherever it stands.
#[test]
fn une_balise_dans_une_regle_reste_un_texte() {
    let jeu = PetitJeu::nouveau("<script>alert(1)</script>", "revenu < plafond");
    let page = jeu.page();
    assert_eq!(page.brut.matches("<script").count(), 1, "une balise de la règle est devenue une balise de la page");
    assert!(!page.brut.contains("<img"), "une image est née d'un libellé");
    // In the label, proposal, clause, source, unmodelled condition, parameter, fact, case, procedure and claim.
    assert!(page.brut.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count() >= 12, "{}", page.brut.matches("&lt;script&gt;").count());
    assert!(page.attributs("data-nom").iter().any(|a| a.contains("&lt;script&gt;")));
}

/// Each of these formulas computes something else: each reads otherwise. A reading that forgot a node would make two alike.
#[test]
fn deux_formules_differentes_se_lisent_differemment() {
    let formules = [
        "revenu < plafond",
        "revenu <= plafond",
        "revenu > plafond",
        "revenu >= plafond",
        "revenu = plafond",
        "revenu <> plafond",
        "non (revenu < plafond)",
        "revenu < plafond et isole",
        "revenu < plafond ou isole",
        "revenu < plafond et non isole",
        "non (revenu < plafond et isole)",
        "isole et (revenu < plafond ou revenu > 2 * plafond)",
        "isole et revenu < plafond ou revenu > 2 * plafond",
        "revenu + plafond < 2 * plafond",
        "revenu - plafond < 2 * plafond",
        "revenu - (plafond - revenu) < 2 * plafond",
        "revenu - plafond - revenu < 2 * plafond",
        "2 * (revenu + plafond) < plafond",
        "2 * revenu + plafond < plafond",
        "revenu / 2 < plafond",
        "min(revenu, plafond) < plafond",
        "max(revenu, plafond) < plafond",
        "positif(revenu - plafond) < plafond",
        "-revenu < plafond",
        "arrondi(revenu, 1, proche) < plafond",
        "arrondi(revenu, 1, inferieur) < plafond",
        "arrondi(revenu, 1, superieur) < plafond",
        "arrondi(revenu, 10, proche) < plafond",
        "si isole alors revenu < plafond sinon vrai",
        "si isole alors vrai sinon revenu < plafond",
        "existe(adultes, age(naissance, debut[M]) >= 25)",
        "existe(membres, age(naissance, debut[M]) >= 25)",
        "existe(enfants, age(naissance, debut[M]) >= 25)",
        "existe(demandeur, age(naissance, debut[M]) >= 25)",
        "existe(conjoint, age(naissance, debut[M]) >= 25)",
        "tous(adultes, age(naissance, debut[M]) >= 25)",
        "existe(adultes, age(naissance, fin[M]) >= 25)",
        "existe(adultes, age(naissance, debut[M-1]) >= 25)",
        "existe(adultes, age_mois(naissance, debut[M]) >= 25)",
        "existe(adultes, age(naissance, aujourd_hui) >= 25)",
        "compte(adultes, role = conjoint) >= 1",
        "compte(adultes) >= 1",
        "compte(membres) >= 1",
        "existe(adultes, salaire[M] > 0)",
        "existe(adultes, salaire[M-1] > 0)",
        "existe(adultes, somme_mois(M-4..M-2, salaire[m]) > en(euro, 0))",
        "existe(adultes, moyenne_mois(M-4..M-2, salaire[m]) > 0)",
        "existe(adultes, moyenne_mois(M-4..M-1, salaire[m]) > 0)",
        "existe(adultes, moyenne_mois(M-4..M-2, salaire[m-1]) > 0)",
        "existe(adultes, existe_mois(M-4..M-2, salaire[m] > 0))",
        "existe(adultes, tous_mois(M-4..M-2, salaire[m] > 0))",
        "existe(adultes, compte_mois(M-4..M-2, salaire[m] > 0) > 1)",
        "somme(adultes, salaire[M]) > 0",
        "plus_grand(adultes, salaire[M], 0) > 0",
        "plus_petit(adultes, salaire[M], 0) > 0",
        "plus_petit(adultes, salaire[M], plafond) > 0",
        "existe(adultes, aucun(terme))",
        "existe(adultes, non aucun(terme))",
        "existe(adultes, connu(terme))",
        "existe(adultes, terme < aujourd_hui)",
        "existe(adultes, terme <= aujourd_hui)",
        "existe(adultes, ajoute_mois(terme, 2) < aujourd_hui)",
        "existe(adultes, ajoute_mois(terme, -2) < aujourd_hui)",
        "existe(adultes, ajoute_jours(terme, 2) < aujourd_hui)",
        "existe(adultes, ajoute_jours_ouvres(terme, 2) < aujourd_hui)",
        "existe(adultes, debut_mois(terme) < aujourd_hui)",
        "existe(adultes, fin_mois(terme) < aujourd_hui)",
        "existe(adultes, min(terme, naissance) < aujourd_hui)",
        "existe(adultes, max(terme, naissance) < aujourd_hui)",
        "existe(adultes, jours_entre(naissance, aujourd_hui) > 25)",
        "existe(adultes, role = demandeur)",
        "existe(adultes, role <> demandeur)",
        "existe(adultes, role dans (demandeur, conjoint))",
        "revenu < plafond[janvier N]",
        "revenu < plafond[janvier N-1]",
        "revenu < plafond[M-1]",
    ];
    let mut vues: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    for f in formules {
        let lecture = PetitJeu::nouveau("Aide", f).page().lecture("aide.ressources");
        assert!(!lecture.trim().is_empty(), "{f} ne se lit pas");
        if let Some(autre) = vues.insert(lecture.clone(), f) {
            panic!("« {autre} » et « {f} » se lisent pareil : {lecture}");
        }
    }
}

/// A word changed in a rule changes the page, and the fingerprint that it prints.
#[test]
fn une_regle_changee_change_la_page_et_son_empreinte() {
    let avant = PetitJeu::nouveau("Aide", "revenu < plafond");
    let apres = PetitJeu::nouveau("Aide", "revenu <= plafond");
    let (a, b) = (avant.page(), apres.page());
    assert_ne!(a.brut, b.brut);
    assert_ne!(avant.empreinte(), apres.empreinte());
    assert!(a.brut.contains(&avant.empreinte()) && b.brut.contains(&apres.empreinte()));
}

/// The same pack gives the same bytes, wherever it stands.
#[test]
fn les_memes_regles_donnent_les_memes_octets() {
    let un = PetitJeu::nouveau("Aide", "revenu < plafond");
    let autre = PetitJeu::nouveau("Aide", "revenu < plafond");
    assert_ne!(un.chemin(), autre.chemin());
    assert_eq!(un.page().brut, autre.page().brut);
    assert!(!un.page().brut.contains(un.chemin().to_str().unwrap()), "la page dit où le jeu était rangé");
}

/// What an overlay gives is on the page, marked, with both fingerprints.
#[test]
fn une_variante_est_signalee() {
    let dossier = tempfile::tempdir().unwrap();
    let (regles, variante) = (racine().join("rules/fr"), racine().join("rules/fr/variantes/territoire_exemple.yaml"));
    let args = ["publie", regles.to_str().unwrap(), "--le", "2026-10-01", "--variante", variante.to_str().unwrap(), "--out", "v.html"];
    let sortie = recours(dossier.path(), &args);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let page = Page::de(std::fs::read_to_string(dossier.path().join("v.html")).unwrap());
    let texte = lire_texte(&variante).unwrap();
    let jeu = Jeu::lire(&regles).unwrap();
    assert!(page.brut.contains(&jeu.empreinte()));
    assert!(page.brut.contains(&avec_le_texte(&jeu.empreinte(), &texte)));
    let Ok(Document::Overlay(d)) = read(&texte.name, &texte.text) else { panic!("pas une variante") };
    assert!(!d.parametres.is_empty());
    for p in &d.parametres {
        page.dit(&format!("parametre.{}", p.nom.value), &["donné par la variante"]);
    }
}

/// What nobody said is said to be unsaid: who checked, and where to write.
#[test]
fn ce_que_personne_n_a_dit_reste_un_blanc() {
    let jeu = PetitJeu::nouveau("Aide", "revenu < plafond");
    let page = jeu.page();
    page.dit("aide.ressources", &["non vérifié à la source"]);
    page.dit("parametre.plafond", &["Non vérifié à la source"]);
    assert!(page.texte.contains("[à compléter par qui publie cette page]"));
    let avec = jeu.avec_contact("DPO, 1 place de l'Exemple");
    assert!(avec.texte.contains("Où écrire : DPO, 1 place de l'Exemple."));
    assert!(!avec.texte.contains("[à compléter"));
}

/// Faults in the rules are exit 1, a folder without rules exit 3; nothing is written.
#[test]
fn un_refus_ne_laisse_rien() {
    let dossier = tempfile::tempdir().unwrap();
    let faux = PetitJeu::nouveau("Aide", "revenu < plafonds");
    let essayer = |regles: &Path, code: i32, mot: &str| {
        let sortie = recours(dossier.path(), &["publie", regles.to_str().unwrap(), "--out", "page.html"]);
        assert_eq!(sortie.status.code(), Some(code), "{}", dit(&sortie));
        assert!(dit(&sortie).contains(mot), "{}", dit(&sortie));
        assert!(!dossier.path().join("page.html").exists());
    };
    essayer(faux.chemin(), 1, "E-REGLES-001");
    essayer(dossier.path(), 3, "E-REGLES-002");
}
