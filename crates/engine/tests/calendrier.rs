//! The calendar of hand-made people: what comes in twelve months, and when.

use crate::jeu_fr::pack;
use recours_engine::calendar::{Event, of_foyer};
use recours_engine::reference::cases;
use recours_rules::Pack;
use recours_rules::date;
use recours_rules::document::{Document, read};

/// The foyer of these persons and facts, as a worked case writes them, on a day of the French pack.
fn events(day: &str, foyer: &str, persons: &[&str]) -> (Pack, Vec<Event>) {
    calendar_of(day, false, foyer, persons)
}

/// The same; with `rest`, what is not said is known to be nothing.
fn calendar_of(day: &str, rest: bool, foyer: &str, persons: &[&str]) -> (Pack, Vec<Event>) {
    let (pack, _) = pack(day);
    let people: String = persons.iter().map(|p| format!("      - {{ {p} }}\n")).collect();
    let text = format!(
        "droit: essai\nversion: \"1\"\nlibelle: a\norganisme: caf\nunite: foyer\nsource: x\ncas:\n  - nom: essai\n    le: {day}\n    reste_nul: {rest}\n    foyer: {{ {foyer} }}\n    personnes:\n{people}    attendu: {{ droit: non }}\n"
    );
    let Ok(Document::Right(doc)) = read("essai.yaml", &text) else { panic!("{text}") };
    let known = cases::foyer(&pack, "essai.yaml", &doc.cas[0]).unwrap_or_else(|| panic!("{text}"));
    let events = of_foyer(&pack, 0, &known);
    (pack, events)
}

/// The events of one rule: person, from when, loss, useful date.
fn of(found: &(Pack, Vec<Event>), id: &str) -> Vec<(Option<usize>, String, String, String)> {
    let written = |d: Option<i64>| d.map_or_else(|| "-".to_owned(), date::format);
    let rule = found.0.right(id).unwrap_or_else(|| panic!("{id}"));
    let mine = found.1.iter().filter(|e| e.right == rule);
    mine.map(|e| (e.person, date::format(e.from), written(e.deadline), written(e.useful))).collect()
}

fn one(person: Option<usize>, from: &str, deadline: &str, useful: &str) -> Vec<(Option<usize>, String, String, String)> {
    vec![(person, from.into(), deadline.into(), useful.into())]
}

#[test]
fn a_child_turns_three() {
    let facts = "recu_paje_base: 190, rendez_vous_droits: aucune";
    let found = events("2026-06-10", facts, &["role: demandeur, date_naissance: 1995-01-01", "role: enfant, date_naissance: 2024-01-15"]);
    // Three months before the month of the third birthday; 20 worked days before 1 January 2027.
    assert_eq!(of(&found, "rupture_enfant_3_paje"), one(None, "2026-10-01", "2027-01-01", "2026-12-03"));
    let event = found.1.iter().find(|e| found.0.right("rupture_enfant_3_paje") == Some(e.right)).unwrap();
    let names: Vec<&str> = event.rests_on.iter().map(|v| found.0.vocabulary.variables[*v].name.as_str()).collect();
    assert_eq!(names, ["date_naissance"], "the fact that the day is counted from");
    assert!(event.by_channel.len() >= 2 && event.by_channel.iter().all(|(_, d)| *d >= event.useful.unwrap()));
}

#[test]
fn a_child_born_on_29_february_turns_twenty_and_the_alarm_is_given_once() {
    let facts = "recu_af: 150, rendez_vous_droits: aucune";
    let people = [
        "role: demandeur, date_naissance: 1975-01-01",
        "role: enfant, date_naissance: 2008-02-29",
        "role: enfant, date_naissance: 2012-06-06",
    ];
    let found = events("2027-06-10", facts, &people);
    assert_eq!(of(&found, "rupture_enfant_20_af"), one(None, "2027-08-01", "2028-02-01", "2028-01-04"));
}

#[test]
fn a_twenty_fifth_birthday_comes_with_its_claim() {
    let person = "role: demandeur, date_naissance: 2002-01-15, activite: inactif, rsa_en_paiement: faux, salaire_net: 0, chomage_net: 0, rsa_demandee: faux";
    let found = events("2026-10-01", "recu_rsa: 0", &[person]);
    assert_eq!(of(&found, "rupture_jeune_25_rsa"), one(Some(0), "2026-12-01", "2027-02-28", "2027-02-08"));
    // Nothing is known of what the person earns: nothing is announced.
    let unknown = person.replace("salaire_net: 0, ", "");
    assert!(of(&events("2026-10-01", "recu_rsa: 0", &[&unknown]), "rupture_jeune_25_rsa").is_empty());
}

#[test]
fn a_decision_that_ends_is_announced_by_its_holder() {
    let person = "role: demandeur, date_naissance: 1980-01-01, recu_aah: 900, cdaph_aah_fin: 2027-03-30, mdph_renouvellement_depose: faux";
    let found = events("2026-08-01", "recu_rsa: 0", &[person]);
    assert_eq!(of(&found, "rupture_aah_fin_decision"), one(Some(0), "2026-10-01", "2027-03-30", "2026-11-06"));
    // Beyond twelve months, nothing yet.
    let far = person.replace("2027-03-30", "2028-03-30");
    assert!(of(&events("2026-08-01", "recu_rsa: 0", &[&far]), "rupture_aah_fin_decision").is_empty());
    // Already asked for again: nobody is disturbed.
    let done = person.replace("depose: faux", "depose: vrai");
    assert!(of(&events("2026-08-01", "recu_rsa: 0", &[&done]), "rupture_aah_fin_decision").is_empty());
}

#[test]
fn a_cover_that_ends_at_the_end_of_june_opens_its_window_at_the_end_of_february() {
    let person = "role: demandeur, date_naissance: 1980-01-01, recu_c2s: gratuite, c2s_fin: 2027-06-30, c2s_demande_renouvellement: faux, rsa_en_paiement: faux, recu_aspa_personne: 0, recu_asi: 0";
    let found = events("2026-10-01", "recu_rsa: 0", &[person]);
    assert_eq!(of(&found, "rupture_c2s_renouvellement"), one(Some(0), "2027-02-28", "2027-06-30", "2027-04-09"));
}

#[test]
fn the_legal_age_of_the_cohort_and_not_another() {
    let person = |birth: &str| {
        format!("role: demandeur, date_naissance: {birth}, retraite_demandee: faux, retraite_duree_taux_plein: vrai, recu_ass: 500")
    };
    // 62 years and nine months for those born up to 31 March 1965, 63 years from 1 April 1965.
    let first = events("2027-01-01", "recu_rsa: 300", &[&person("1965-03-31")]);
    let next = events("2027-01-01", "recu_rsa: 300", &[&person("1965-04-01")]);
    let (first, next) = (of(&first, "rupture_ass_retraite"), of(&next, "rupture_ass_retraite"));
    assert_eq!(first.first().map(|e| e.2.as_str()), Some("2028-01-01"), "{first:?}");
    assert_eq!(next.first().map(|e| e.2.as_str()), Some("2028-04-01"), "{next:?}");
}

#[test]
fn incomes_go_on_and_a_right_that_opens_is_told_once() {
    let person = |birth: &str| format!("role: demandeur, date_naissance: {birth}, activite: inactif, condition_sejour_rsa: vrai");
    let opens = |day: &str, birth: &str| {
        let found = calendar_of(day, true, "statut_occupation: locataire_vide", &[&person(birth)]);
        of(&found, "rsa")
    };
    // Twenty-five on the first day of a month; born on 29 February, on 1 March.
    assert_eq!(opens("2026-10-01", "2002-02-28"), one(None, "2027-03-01", "-", "-"));
    assert_eq!(opens("2028-10-01", "2004-02-29"), one(None, "2029-03-01", "-", "-"));
    // Open already, or not within the year: nothing.
    assert!(opens("2026-10-01", "1990-01-01").is_empty() && opens("2026-10-01", "2004-02-29").is_empty());
}

#[test]
fn no_minor_is_the_unit_of_an_event() {
    let child = "role: enfant, date_naissance: 2012-02-29, recu_c2s: gratuite, c2s_fin: 2027-01-31, c2s_demande_renouvellement: faux, rsa_en_paiement: faux, recu_aspa_personne: 0, recu_asi: 0";
    let found = events("2026-10-01", "recu_rsa: 0", &["role: demandeur, date_naissance: 1980-01-01", child]);
    assert!(of(&found, "rupture_c2s_renouvellement").is_empty());
}
