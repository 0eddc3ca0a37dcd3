//! The catalogue read as detection, lists and reports will: by right, stage, body, territory and day.

use crate::diagnostics::{folder, source};
use recours_rules::catalogue::{ChannelKind, Mask, Measure, Requirement, Stage};
use recours_rules::{Pack, date};

fn pack() -> Pack {
    let mut files: Vec<_> = ["parametres", "vocabulaire"].map(|n| source(&folder("base").join(format!("{n}.yaml")))).into();
    files.extend(["soutien", "portes"].map(|n| source(&folder("avec").join(format!("{n}.yaml")))));
    files.push(source(&folder("good").join("demarche.yaml")));
    Pack::build(&files, None, date::parse("2025-03-01").unwrap()).unwrap()
}

#[test]
fn the_nearest_territory_in_force_answers() {
    let pack = pack();
    let day = |t: &str| date::parse(t).unwrap();
    let at = |territory: Option<&str>, d: &str| {
        let v = pack.catalogue.find("soutien", Stage::Application, "caf", territory, day(d));
        v.map(|v| v.channels.iter().map(|c| c.kind.name()).collect::<Vec<_>>())
    };
    assert_eq!(at(Some("93066"), "2025-03-01").unwrap(), ["domicile"]);
    assert_eq!(at(Some("93"), "2025-03-01").unwrap(), ["domicile"]);
    // Before the local variant, elsewhere, or where the territory is not known: that of everywhere.
    for (territory, d) in [(Some("93066"), "2025-01-31"), (Some("94041"), "2025-03-01"), (None, "2025-03-01")] {
        assert_eq!(at(territory, d).unwrap(), ["en_ligne", "guichet"], "{territory:?} {d}");
    }
    assert!(pack.catalogue.find("soutien", Stage::Renewal, "caf", None, pack.on).is_none());
    assert!(pack.catalogue.find("soutien", Stage::Application, "msa", None, pack.on).is_none());
    assert!(pack.catalogue.find("autre", Stage::Application, "caf", None, pack.on).is_none());
    assert_eq!(pack.catalogue.of("soutien", Stage::Application).unwrap().bodies(pack.on), ["caf"]);
}

#[test]
fn a_door_requires_what_its_service_and_its_variant_require() {
    let pack = pack();
    let needs = pack.catalogue.needs("soutien", Stage::Application, "caf", None, pack.on);
    let (online, counter) = (needs[0].1, needs[1].1);
    assert_eq!((needs[0].0, needs[1].0), (ChannelKind::Online, ChannelKind::Counter));
    assert_eq!(online.all, Mask::from_iter([Requirement::Account, Requirement::AdministrativeLanguage]));
    assert_eq!(online.one_of, [Mask::from_iter([Requirement::Computer, Requirement::Smartphone])]);
    assert_eq!(counter.all, Mask::from_iter([Requirement::Mobility, Requirement::AdministrativeLanguage]));
    let variant = pack.catalogue.find("soutien", Stage::Application, "caf", None, pack.on).unwrap();
    assert_eq!(variant.inescapable(), Mask::of(Requirement::AdministrativeLanguage));
    assert!(!variant.only_online());
    assert_eq!(variant.answer, Some(Measure::Value { number: 60, checked: date::parse("2023-01-01") }));
}

#[test]
fn obligations_are_those_of_the_day() {
    let mut pack = pack();
    assert_eq!(pack.catalogue.obligations("soutien", &pack.parameters, pack.on).count(), 0);
    let p = pack.parameters.find("age_minimal").unwrap();
    pack.catalogue.procedures[0].acts_per_year = Some(Measure::Parameter(p));
    let acts = |d: &str| pack.catalogue.obligations("soutien", &pack.parameters, date::parse(d).unwrap()).map(|o| o.1).collect::<Vec<_>>();
    assert_eq!(acts("2025-03-01"), [25]);
    assert_eq!(acts("2019-12-31"), [0u32; 0]);
}

#[test]
fn what_was_not_read_at_its_source_is_not_printed() {
    let pack = pack();
    let variant = pack.catalogue.find("soutien", Stage::Application, "caf", None, pack.on).unwrap();
    let day = date::parse("2024-12-10");
    assert_eq!((variant.channels[0].place.checked, variant.channels[0].place.printable()), (day, true));
    assert!(!variant.channels[1].place.printable() && !variant.contact.as_ref().unwrap().says.printable());
    // An offer of help states nothing.
    assert!(!variant.script[0].states && variant.script[0].printable());
    assert!(variant.pieces[0].checked.is_none());
    assert!(variant.answer.unwrap().is_checked(&pack.parameters, pack.on));
    let home = pack.catalogue.find("soutien", Stage::Application, "caf", Some("93"), pack.on).unwrap();
    assert!(!home.channels[0].minutes.unwrap().is_checked(&pack.parameters, pack.on));
    // A parameter is as sure as the source of its value in force.
    let of = |name: &str| Measure::Parameter(pack.parameters.find(name).unwrap());
    assert!(of("age_minimal").is_checked(&pack.parameters, pack.on));
    assert!(!of("age_minimal").is_checked(&pack.parameters, date::parse("2019-12-31").unwrap()));
}
