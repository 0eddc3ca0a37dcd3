#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use super::{Outcome, run};
use recours_rules::{Pack, SourceFile, date};

const VOCABULARY: &str = r#"
codes:
  - { nom: roles, valeurs: [demandeur, conjoint, enfant] }
  - { nom: zones, valeurs: [ville, campagne], ecrits: ["1", "2"] }
variables:
  - { nom: role, dit: r, pour: personne, type: code, classe: social, codes: roles }
  - { nom: date_naissance, dit: n, pour: personne, type: date, classe: social }
  - { nom: fin_droits, dit: f, pour: personne, type: date, classe: social, peut_etre_absent: true }
  - { nom: salaire_net, dit: s, pour: personne, type: montant, classe: social, unite: euro_par_mois, serie: true }
  - { nom: enceinte, dit: e, pour: personne, type: booleen, classe: social }
  - { nom: zone, dit: z, pour: foyer, type: code, classe: social, codes: zones }
  - { nom: en_ville, dit: v, pour: foyer, type: booleen, classe: social, derive: "zone = ville" }

"#;

const PARAMETERS: &str = r#"
parametres:
  - nom: plafond
    dit: p
    unite: euro_par_mois
    valeurs:
      - { du: 2024-01-01, valeur: 600, source: x }
      - { du: 2025-04-01, valeur: 646.52, source: x }
"#;

const RIGHT: &str = r#"droit: aide
version: "1"
libelle: Aide
organisme: caf
unite: foyer
source: x
calculs:
  - { nom: ressources, unite: euro_par_mois, formule: "moyenne_mois(M-3..M-1, somme(membres, salaire_net[m]))" }
conditions:
  - { id: age, dit: a, source: x, si: "existe(adultes, age(date_naissance, debut[M]) >= 25)" }
  - { id: ville, dit: v, source: x, si: "en_ville" }
  - { id: fin, dit: f, source: x, si: "tous(adultes, aucun(fin_droits) ou fin_droits > aujourd_hui)" }
montant: { unite: euro_par_mois, source: x, formule: "positif(plafond - ressources)" }
cas:
"#;

fn files(cases: &str) -> Vec<SourceFile> {
    let file = |name: &str, text: String| SourceFile { name: name.into(), text };
    vec![
        file("vocabulaire.yaml", VOCABULARY.into()),
        file("parametres.yaml", PARAMETERS.into()),
        file("aide.yaml", format!("{RIGHT}{cases}")),
    ]
}

fn outcome(cases: &str) -> Outcome {
    let files = files(cases);
    let build = |on| Pack::build(&files, None, on);
    let shown = |f: Vec<recours_rules::Diagnostic>| f.iter().map(ToString::to_string).collect::<String>();
    run(&build(date::parse("2025-03-01").unwrap()).map_err(shown).unwrap(), build)
}

fn case(le: &str, rest: &str) -> String {
    format!("  - {{ nom: essai, le: {le}, {rest} }}\n")
}

/// What an author reads of the only fault.
fn told(cases: &str) -> String {
    let out = outcome(cases);
    let [fault] = out.faults.as_slice() else { panic!("{:?}", out.faults) };
    assert_eq!((fault.code, fault.file.as_str()), ("R-040", "aide.yaml"));
    let text = format!("{RIGHT}{cases}");
    let (line, _) = fault.position(&text);
    assert!(line > RIGHT.lines().count(), "à la place du cas");
    format!("{} ({})", fault.message, fault.help.clone().unwrap_or_default())
}

const ADULT: &str = "foyer: { zone: ville }, personnes: [ { date_naissance: 2000-02-29, salaire_net: 100 } ], reste_nul: true";

#[test]
fn cases_that_hold_say_nothing() {
    let mut text = String::new();
    // On 28 February 2025 somebody born on 29 February 2000 is 24, and on the first of March 25.
    text += &case("2025-03-01", &format!("{ADULT}, attendu: {{ droit: oui, montant: 500 }}"));
    text += &case("2025-02-28", &format!("{ADULT}, attendu: {{ droit: non, montant: 0 }}"));
    text += &case("2025-04-01", &format!("{ADULT}, attendu: {{ droit: oui, montant: 546.52 }}"));
    // A month said apart, the code as files write it, a date that is none, the role said.
    let rest = "foyer: { zone: \"1\" }, personnes: [ { role: demandeur, date_naissance: 1990-01-01, salaire_net: 300, salaire_net_m02: 0.03, fin_droits: aucune } ]";
    text += &case("2025-03-01", &format!("{rest}, attendu: {{ droit: oui, montant: 399.99 }}"));
    // Unknown: by itself, and said against `reste_nul`.
    let rest = "foyer: { zone: ville }, personnes: [ { date_naissance: 1990-01-01, fin_droits: aucune, salaire_net: inconnu } ]";
    text += &case("2025-03-01", &format!("{rest}, attendu: {{ droit: inconnu, manque: [salaire_net_m01, salaire_net] }}"));
    let rest = "foyer: { zone: ville }, personnes: [ { date_naissance: 1990-01-01, salaire_net_m03: inconnu } ], reste_nul: true";
    text += &case("2025-03-01", &format!("{rest}, attendu: {{ droit: inconnu, manque: [salaire_net_m03] }}"));
    // A fact that follows from others is not filled with nothing.
    let rest = "personnes: [ { date_naissance: 1990-01-01 } ], reste_nul: true";
    text += &case("2025-03-01", &format!("{rest}, attendu: {{ droit: inconnu, manque: [zone] }}"));
    let out = outcome(&text);
    assert_eq!((out.run, out.faults), (7, Vec::new()));
}

#[test]
fn a_wrong_answer_is_shown_with_its_reason() {
    let wrong = |attendu: &str| told(&case("2025-03-01", &format!("{ADULT}, attendu: {{ {attendu} }}")));
    assert_eq!(wrong("droit: non"), "cas « essai » : droit attendu : non, obtenu : oui (toutes les clauses sont remplies)");
    assert_eq!(wrong("droit: oui, montant: 500.01"), "cas « essai » : montant attendu : 500.01, obtenu : 500 ()");
    assert_eq!(wrong("droit: oui, manque: [zone]"), "cas « essai » : `zone` devrait manquer, rien ne manque ()");
    assert!(wrong("droit: peut_etre").contains("`oui`, `non` ou `inconnu`"));
    let young = "foyer: { zone: campagne }, personnes: [ { date_naissance: 2010-01-01 } ], reste_nul: true";
    let text = told(&case("2025-03-01", &format!("{young}, attendu: {{ droit: oui }}")));
    assert!(text.ends_with("(clauses non remplies : age, ville)"), "{text}");
    let rich = ADULT.replace("100", "700");
    let text = told(&case("2025-03-01", &format!("{rich}, attendu: {{ droit: oui }}")));
    assert!(text.ends_with("mais le montant est nul)"), "{text}");
    let partial = "foyer: { zone: ville }, personnes: [ { date_naissance: 1990-01-01, salaire_net: 0 } ]";
    let text = told(&case("2025-03-01", &format!("{partial}, attendu: {{ droit: oui, montant: 600 }}")).replace(", montant: 600", ""));
    assert!(text.ends_with("(clauses non établies : fin ; manque : fin_droits)"), "{text}");
}

#[test]
fn what_cannot_be_read_is_said_at_its_place() {
    let with = |personne: &str| told(&case("2025-03-01", &format!("personnes: [ {{ {personne} }} ], attendu: {{ droit: inconnu }}")));
    assert!(with("salaire_nett: 3").contains("vouliez-vous dire `salaire_net` ?"));
    assert!(with("salaire_net: \"3,5\"").contains("avec un point"));
    assert!(with("salaire_net: -1").contains("entre 0 et ∞"));
    assert!(with("salaire_net_m15: 1").contains("fait inconnu"));
    assert!(with("enceinte: peut-être").contains("`vrai` ou `faux`"));
    assert!(with("date_naissance: 2025-02-29").contains("une date AAAA-MM-JJ"));
    assert!(with("date_naissance: aucune").contains("une date AAAA-MM-JJ"));
    assert!(with("role: voisin").contains("un de : demandeur, conjoint, enfant"));
    assert!(with("zone: ville").contains("l'écrire sous `foyer`"));
    assert!(told(&case("2025-13-01", &format!("{ADULT}, attendu: {{ droit: oui }}"))).contains("cette date n'existe pas"));
    assert!(told(&case("2025-03-01", "personnes: [], attendu: { droit: non }")).contains("au moins une personne"));
    // Before the first value of the parameter the amount may be anything, and no fact would say.
    let text = told(&case("2023-03-01", &format!("{}, attendu: {{ droit: oui }}", ADULT.replace("2000-02-29", "1990-01-01"))));
    assert!(text.contains("obtenu : inconnu (le montant n'est pas établi)"), "{text}");
}

#[test]
fn a_case_outside_the_validity_of_its_rule_is_refused() {
    let mut files = files(&case("2024-06-01", &format!("{ADULT}, attendu: {{ droit: oui }}")));
    files[2].text = files[2].text.replace("source: x\ncalculs", "source: x\nvalidite: { du: 2025-01-01 }\ncalculs");
    let build = |on| Pack::build(&files, None, on);
    let out = run(&build(date::parse("2025-03-01").unwrap()).unwrap(), build);
    assert!(out.faults.iter().any(|f| f.message.contains("`aide@1` n'est pas en vigueur à cette date")), "{:?}", out.faults);
}
