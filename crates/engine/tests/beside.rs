//! What stands beside a finding: types of non-recours with what shows them, requirements known not to be met. Both say
//! only what is known to be true, and no grade rests on them.

use arrow::array::{ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray};
use recours_engine::detect::{Detection, detect};
use recours_engine::finding::{Certainty, Finding, table};
use recours_engine::grain::{self, Grain, Grains};
use recours_engine::link::{Coverage, Delivery};
use recours_engine::plan::Program;
use recours_engine::reference::{Foyer, Reference, beside};
use recours_engine::value::May;
use recours_rules::catalogue::{Mask, Requirement};
use recours_rules::truth::Truth;
use recours_rules::{Pack, SourceFile, date};
use std::collections::BTreeSet;
use std::sync::Arc;

const VOCABULARY: &str = r#"
codes:
  - { nom: roles, valeurs: [demandeur, conjoint, enfant, absent] }
  - { nom: suites, valeurs: [aucune, accord, incomplete] }
variables:
  - { nom: role, dit: "Place", pour: personne, type: code, classe: social, codes: roles }
  - { nom: date_naissance, dit: "Naissance", pour: personne, type: date, classe: social }
  - { nom: revenu, dit: "Revenu", pour: personne, type: montant, classe: social, unite: euro_par_mois, detenteurs: [caf, msa] }
  - { nom: recu_aide, dit: "Aide reçue", pour: personne, type: booleen, classe: social, detenteurs: [caf, msa], payeurs: [caf, msa] }
  - { nom: demande_le, dit: "Demande", pour: personne, type: date, classe: social, peut_etre_absent: true, detenteurs: [caf, msa] }
  - { nom: decision_le, dit: "Décision", pour: personne, type: date, classe: social, peut_etre_absent: true, detenteurs: [caf, msa] }
  - { nom: information_le, dit: "Courrier", pour: personne, type: date, classe: social, peut_etre_absent: true, detenteurs: [caf, msa] }
  - { nom: contact_le, dit: "Contact", pour: personne, type: date, classe: social, peut_etre_absent: true, detenteurs: [departement] }
  - { nom: sans_courriel, dit: "Pas d'adresse électronique, observé", pour: personne, type: booleen, classe: social, detenteurs: [departement], prouve: capacite }
  - { nom: sans_appareil, dit: "Pas d'appareil, observé", pour: personne, type: booleen, classe: social, detenteurs: [departement], prouve: capacite }
  - { nom: connexions, dit: "Connexions", pour: personne, type: nombre, classe: social, detenteurs: [caf], prouve: rien }
  - { nom: courriel_au_dossier, dit: "Adresse au dossier", pour: personne, type: booleen, classe: social, detenteurs: [caf], prouve: rien }
"#;

const PARAMETERS: &str = r#"
parametres:
  - { nom: plafond, dit: "Plafond", unite: euro_par_mois, verifie_le: 2030-01-01, valeurs: [{ du: 2020-01-01, valeur: 500, source: "essai" }] }
  - { nom: delai, dit: "Délai", unite: jours, valeurs: [{ du: 2020-01-01, valeur: 60, source: "essai" }] }
"#;

const TYPES: &str = r#"
evenements:
  - { nom: demande, dit: "Demande", type: date }
  - { nom: decision, dit: "Décision", type: date }
  - { nom: information, dit: "Courrier", type: date }
  - { nom: contact, dit: "Contact", type: date }
  - { nom: delai_decision, dit: "Délai", type: nombre, unite: jours }
connaissance:
  - { id: demandee, dit: "Demandée", source: "essai", si: "non aucun(demande)" }
types_non_recours:
  - { type: non_connaissance, dit: "Pas connue", par_defaut: true }
  - type: non_demande
    dit: "Pas demandée"
    par_defaut: true
    connue: true
    observations:
      - { id: informe, dit: "Annoncée", source: "essai", si: "ajoute_mois(information, 2) <= aujourd_hui", sauf_si: "non aucun(demande)" }
  - type: non_demande_contrainte
    dit: "La démarche exige ce qui manque"
    observations:
      - { id: fermee, dit: "Rien qu'en ligne", source: "essai", si: "demarche_en_ligne_seule", sauf_si: "non aucun(demande) ou non aucune_porte_ouverte" }
  - type: non_proposition
    dit: "Pas proposée"
    observations:
      - { id: vue, dit: "Vue", source: "essai", si: "contact <= aujourd_hui", sauf_si: "non aucun(demande)" }
  - type: non_reception
    dit: "Pas reçue"
    connue: true
    observations:
      - { id: sans_decision, dit: "Rien n'est décidé", source: "essai", si: "ajoute_jours(demande, delai_decision) < aujourd_hui et aucun(decision)" }
"#;

const CAPACITIES: &str = r#"
capacites:
  - exigence: email_possede
    connu_non: [{ id: vu, dit: "L'adresse que demande la démarche manque", source: "essai", si: "sans_courriel" }]
    connu_oui: [{ id: vu, dit: "L'adresse que demande la démarche est là", source: "essai", si: "non sans_courriel" }]
  - exigence: email_effectif
    connu_non: [{ id: vu, dit: "Le courriel que demande la démarche n'arrive nulle part", source: "essai", si: "sans_courriel" }]
  - exigence: smartphone
    connu_non: [{ id: vu, dit: "L'appareil que demande la démarche manque", source: "essai", si: "sans_appareil" }]
  - exigence: ordinateur
    connu_non: [{ id: vu, dit: "L'appareil que demande la démarche manque", source: "essai", si: "sans_appareil" }]
"#;

fn right(unit: &str) -> String {
    let percu = if unit == "foyer" { "existe(adultes, recu_aide)" } else { "recu_aide" };
    let si = if unit == "foyer" { "somme(adultes, revenu) < plafond" } else { "revenu < plafond" };
    format!(
        r#"
droit: aide
version: "1"
libelle: Aide
organisme: caf
unite: {unit}
source: "essai"
conditions:
  - {{ id: ressources, dit: "Des ressources sous le plafond", source: "essai", si: "{si}" }}
percu: "{percu}"
parcours: {{ demande: demande_le, decision: decision_le, information: information_le, contact: contact_le, delai_decision: delai }}
"#
    )
}

/// A procedure with the doors given, at the caf; and at the msa, whose site asks for no address.
fn procedure(doors: &[&str]) -> String {
    let mut s = r#"
demarche: aide_demande
libelle: "Demander l'aide"
droits: [aide]
etape: demande
demande: "Dire ses ressources"
source: "essai (à vérifier)"
variantes:
"#
    .to_owned();
    for body in ["caf", "msa"] {
        s += &format!(
            "  - organisme: {body}\n    activation: sur_demande\n    demandeur: \"La caisse\"\n    occasion: \"À la demande\"\n    source: \"essai (à vérifier)\"\n    canaux:\n"
        );
        for d in doors {
            let requires = match (*d, body) {
                ("en_ligne", "caf") => {
                    r#"[{ code: email_effectif, dit: "Le site demande de lire ses courriels", source: "essai (à vérifier)" }, { code: smartphone, ou: [ordinateur], dit: "Le site demande un appareil", source: "essai (à vérifier)" }]"#
                }
                ("en_ligne", _) => {
                    r#"[{ code: smartphone, ou: [ordinateur], dit: "Le site demande un appareil", source: "essai (à vérifier)" }]"#
                }
                _ => r#"[{ code: mobilite, dit: "L'accueil demande de s'y rendre", source: "essai (à vérifier)" }]"#,
            };
            s += &format!("      - {{ canal: {d}, ou: \"Là\", source: \"essai (à vérifier)\", exigences: {requires} }}\n");
        }
    }
    s
}

fn pack(unit: &str, doors: &[&str]) -> Pack {
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    let files = [
        file("v.yaml", VOCABULARY),
        file("p.yaml", PARAMETERS),
        file("t.yaml", TYPES),
        file("c.yaml", CAPACITIES),
        file("a.yaml", &right(unit)),
        file("d.yaml", &procedure(doors)),
    ];
    Pack::build(&files, None, date::parse("2026-10-01").unwrap())
        .unwrap_or_else(|f| panic!("{}", f.iter().map(|d| format!("{} {}\n", d.code, d.message)).collect::<String>()))
}

const BOTH: [&str; 2] = ["en_ligne", "guichet"];

/// What is known of one adult: unknown when `None`, and for a date `Some("")` when it is known that there is none.
#[derive(Clone, Copy, Default)]
struct Adult {
    demande: Option<&'static str>,
    decision: Option<&'static str>,
    information: Option<&'static str>,
    contact: Option<&'static str>,
    no_mail: Option<bool>,
    no_device: Option<bool>,
}

const NOTHING: Adult =
    Adult { demande: Some(""), decision: Some(""), information: Some(""), contact: Some(""), no_mail: None, no_device: None };

fn dates(people: &[Adult], of: fn(&Adult) -> Option<&'static str>) -> ArrayRef {
    Arc::new(StringArray::from(people.iter().map(of).collect::<Vec<_>>()))
}

/// One household of these adults, all in one file of `body`, and seen by the département.
fn deliveries(body: &str, people: &[Adult], income: f64) -> Vec<Delivery> {
    let n = people.len();
    let rows = |facts: Vec<(&str, ArrayRef)>, body: &str| Delivery {
        body: body.into(),
        composition: if body == "departement" { Coverage::Nothing } else { Coverage::Complete },
        covers: Vec::new(),
        handles: (1..=n).map(|i| [u8::try_from(i).unwrap(); 16]).collect(),
        force: vec![3; n],
        certified: vec![true; n],
        foyers: vec![(body != "departement").then_some([9; 16]); n],
        roles: (0..n).map(|i| (body != "departement").then(|| u8::try_from(i.min(1)).unwrap())).collect(),
        loose: None,
        facts: RecordBatch::try_from_iter(facts).unwrap(),
    };
    let births: ArrayRef = Arc::new(Date32Array::from(vec![0; n]));
    let caf: Vec<(&str, ArrayRef)> = vec![
        ("date_naissance", births),
        ("revenu", Arc::new(Float64Array::from(vec![income; n]))),
        ("recu_aide", Arc::new(BooleanArray::from(vec![false; n]))),
        ("demande_le", dates(people, |p| p.demande)),
        ("decision_le", dates(people, |p| p.decision)),
        ("information_le", dates(people, |p| p.information)),
    ];
    let seen: Vec<(&str, ArrayRef)> = vec![
        ("contact_le", dates(people, |p| p.contact)),
        ("sans_courriel", Arc::new(BooleanArray::from(people.iter().map(|p| p.no_mail).collect::<Vec<_>>()))),
        ("sans_appareil", Arc::new(BooleanArray::from(people.iter().map(|p| p.no_device).collect::<Vec<_>>()))),
    ];
    vec![rows(caf, body), rows(seen, "departement")]
}

fn run(pack: &Pack, deliveries: Vec<Delivery>) -> Detection {
    detect(pack, &Program::compile(pack), deliveries).unwrap()
}

fn one(unit: &str, doors: &[&str], people: &[Adult]) -> Finding {
    run(&pack(unit, doors), deliveries("caf", people, 10.0)).findings.remove(0)
}

const PAIR: [&str; 2] = ["non_connaissance", "non_demande"];

#[test]
fn without_evidence_the_pair_and_nothing_invented() {
    let unknown = one("personne", &BOTH, &[Adult::default()]);
    assert_eq!(unknown.types, PAIR);
    assert!(unknown.unmet.is_empty() && unknown.reasons == ["ressources"], "{:?}", unknown.reasons);
    assert_eq!(one("personne", &BOTH, &[NOTHING]).types, PAIR);
    // Informed, but whether it was asked for is unknown: nothing is said of that.
    let informed = Adult { information: Some("2026-01-01"), demande: None, ..NOTHING };
    assert_eq!(one("personne", &BOTH, &[informed]).types, PAIR);
}

#[test]
fn types_are_a_set_with_what_shows_them_and_the_order_of_events() {
    let seen = Adult { contact: Some("2026-09-01"), ..NOTHING };
    assert_eq!(one("personne", &BOTH, &[seen]).types, ["non_connaissance", "non_demande", "non_proposition"]);
    let asked = Adult { information: Some("2026-03-01"), contact: Some("2026-04-01"), demande: Some("2026-05-01"), ..NOTHING };
    let f = one("personne", &BOTH, &[asked]);
    assert_eq!(f.types, ["non_reception"]);
    let beside: Vec<&str> = f.reasons.iter().map(String::as_str).filter(|r| r.contains(':')).collect();
    assert_eq!(beside, ["connaissance:demandee", "type:non_reception:sans_decision", "suite:information>contact>demande"]);
    // Asked for a moment ago: known, and of no type yet.
    let fresh = Adult { demande: Some("2026-09-30"), ..NOTHING };
    assert!(one("personne", &BOTH, &[fresh]).types.is_empty());
}

#[test]
fn of_a_couple_one_may_have_asked_and_the_other_been_told() {
    let told = Adult { information: Some("2026-03-01"), ..NOTHING };
    let asked = Adult { demande: Some("2026-09-20"), ..NOTHING };
    assert_eq!(one("foyer", &BOTH, &[told, NOTHING]).types, ["non_demande"]);
    assert!(one("foyer", &BOTH, &[told, asked]).types.is_empty());
    assert_eq!(one("foyer", &BOTH, &[told, Adult { demande: None, ..NOTHING }]).types, PAIR);
    let late = Adult { demande: Some("2026-05-01"), ..NOTHING };
    assert_eq!(one("foyer", &BOTH, &[told, late]).types, ["non_reception"]);
}

#[test]
fn what_is_required_and_known_not_to_be_there() {
    let f = |p: Adult| one("personne", &BOTH, &[p]).unmet;
    assert_eq!(f(Adult { no_mail: Some(true), ..NOTHING }), ["email_effectif"]);
    assert!(f(Adult { no_mail: Some(false), ..NOTHING }).is_empty(), "having an address does not say that it is read, nor that it is not");
    assert!(f(NOTHING).is_empty());
    // One of two devices is asked for: unmet when both are known not to be there.
    assert_eq!(f(Adult { no_device: Some(true), ..NOTHING }), ["smartphone", "ordinateur"]);
    // A foyer's procedure may be done by either adult.
    let no = Adult { no_mail: Some(true), ..NOTHING };
    assert_eq!(one("foyer", &BOTH, &[no, no]).unmet, ["email_effectif"]);
    assert!(one("foyer", &BOTH, &[no, NOTHING]).unmet.is_empty());
    assert!(one("foyer", &BOTH, &[no, Adult { no_mail: Some(false), ..NOTHING }]).unmet.is_empty());
}

#[test]
fn the_procedure_is_that_of_the_body_that_knows_the_person() {
    let people = [Adult { no_mail: Some(true), no_device: Some(true), ..NOTHING }];
    let unmet = |body: &str| run(&pack("personne", &BOTH), deliveries(body, &people, 10.0)).findings.remove(0).unmet;
    assert_eq!(unmet("caf"), ["smartphone", "ordinateur", "email_effectif"]);
    assert_eq!(unmet("msa"), ["smartphone", "ordinateur"]);
}

#[test]
fn kept_out_only_when_every_door_is_a_screen_and_known_to_be_shut() {
    let mail = Adult { no_mail: Some(true), ..NOTHING };
    let device = Adult { no_device: Some(true), ..NOTHING };
    let constrained = |doors: &[&str], p: Adult| one("personne", doors, &[p]).types.contains(&"non_demande_contrainte");
    assert!(constrained(&["en_ligne"], device));
    // The site of the msa asks for no address: whoever belongs there is not kept out.
    assert!(!constrained(&["en_ligne"], mail));
    assert!(!constrained(&BOTH, device), "a counter is left");
    assert!(!constrained(&["en_ligne"], NOTHING), "unknown shuts nothing");
    assert!(!constrained(&["en_ligne"], Adult { demande: Some("2026-09-20"), ..device }), "it was asked for");
    assert!(!constrained(&["en_ligne"], Adult { demande: None, ..device }));
}

#[test]
fn neither_type_nor_requirement_raises_a_grade() {
    for unit in ["personne", "foyer"] {
        let pack = pack(unit, &BOTH);
        let grades =
            |p: Adult| -> Vec<Certainty> { run(&pack, deliveries("caf", &[p], 10.0)).findings.iter().map(|f| f.certainty).collect() };
        let bare = grades(Adult::default());
        for p in [NOTHING, Adult { demande: Some("2026-05-01"), no_mail: Some(true), contact: Some("2026-09-01"), ..NOTHING }] {
            assert_eq!(grades(p), bare);
        }
        // And nobody is found for them alone.
        assert!(run(&pack, deliveries("caf", &[Adult { no_mail: Some(true), ..NOTHING }], 9_000.0)).findings.is_empty());
    }
}

#[test]
fn logins_and_an_address_on_file_change_nothing() {
    let pack = pack("personne", &BOTH);
    let p = [Adult { no_mail: None, contact: Some("2026-09-01"), ..NOTHING }];
    let plain = run(&pack, deliveries("caf", &p, 10.0));
    let mut with = deliveries("caf", &p, 10.0);
    let mut columns: Vec<(String, ArrayRef)> =
        with[0].facts.schema().fields().iter().map(|f| f.name().clone()).zip(with[0].facts.columns().iter().cloned()).collect();
    columns.push(("connexions".into(), Arc::new(Float64Array::from(vec![180.0]))));
    columns.push(("courriel_au_dossier".into(), Arc::new(BooleanArray::from(vec![true]))));
    with[0].facts = RecordBatch::try_from_iter(columns).unwrap();
    assert_eq!(run(&pack, with).findings, plain.findings);
    // No program of the pack reads them at all.
    let program = Program::compile(&pack);
    let read = |name: &str| program.inputs.iter().any(|f| pack.vocabulary.variables[f.0].name == name);
    assert!(!read("connexions") && !read("courriel_au_dossier") && read("sans_courriel"));
}

#[test]
fn an_address_that_exists_is_not_an_address_that_is_read() {
    let pack = pack("personne", &BOTH);
    let known = |no_mail: Option<bool>| {
        let mut foyer = Foyer { persons: vec![Default::default()], ..Foyer::default() };
        let at = (pack.vocabulary.find("sans_courriel").unwrap(), None);
        if let Some(x) = no_mail {
            foyer.persons[0].insert(at, May::Truth(Truth::of(x)));
        }
        let none = BTreeSet::new();
        beside::known(&pack, &Reference::new(&pack, &foyer, &none), 0)
    };
    let (owned, read) = (Mask::of(Requirement::EmailOwned), Mask::of(Requirement::EmailRead));
    assert_eq!(known(Some(false)).yes, owned, "owned; whether it is read stays unknown");
    assert_eq!(known(Some(true)).no, owned.or(read));
    assert_eq!(known(None), recours_rules::journey::Known::default());
}

#[test]
fn dates_are_told_as_coarsely_as_the_types_allow() {
    let pack = pack("personne", &BOTH);
    let program = Program::compile(&pack);
    let grains = Grains::of(&pack, &program);
    let fact = (pack.vocabulary.find("information_le").unwrap(), None);
    let Grain::Pieces(pieces) = grains.get(fact) else { panic!("{:?}", grains.get(fact)) };
    assert!(pieces.len() == 2 && pieces.iter().all(|p| !p.exact), "{pieces:?}");
    assert_eq!(pieces[1].values.lo, date::parse("2026-08-02").unwrap());
    // What is told so finds the same, but for an order that bands no longer show.
    let people = [Adult { information: Some("2026-03-01"), demande: Some("2026-05-01"), ..NOTHING }];
    let coarse = deliveries("caf", &people, 10.0).into_iter().map(|d| {
        let schema = d.facts.schema();
        let columns = schema.fields().iter().zip(d.facts.columns()).map(|(f, c)| {
            let at = pack.vocabulary.column(f.name()).unwrap();
            (f.name().clone(), grain::coarsen(&pack, &pack.vocabulary.variables[at.0], f.name(), c, grains.get(at)).unwrap())
        });
        let facts = RecordBatch::try_from_iter(columns.collect::<Vec<_>>()).unwrap();
        Delivery { facts, ..d }
    });
    let found = run(&pack, coarse.collect()).findings.remove(0);
    assert_eq!(found.types, ["non_reception"]);
    assert_eq!(found.reasons.last().unwrap(), "suite:demande~information");
}

#[test]
fn the_table_carries_both_lists() {
    let people = [Adult { no_mail: Some(true), contact: Some("2026-09-01"), ..NOTHING }];
    let d = run(&pack("personne", &BOTH), deliveries("caf", &people, 10.0));
    let t = table(&d.findings).unwrap();
    let list = |name: &str| -> Vec<String> {
        let cell = t.column_by_name(name).unwrap().as_list::<i32>().value(0);
        cell.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    };
    assert_eq!(list("types"), ["non_connaissance", "non_demande", "non_proposition"]);
    assert_eq!(list("unmet"), ["email_effectif"]);
}
