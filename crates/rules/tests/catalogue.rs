//! The catalogue read as detection, lists and reports will: by right, stage, body, territory and day.

use crate::diagnostics::{folder, source, yaml_below};
use recours_rules::catalogue::lint::lint;
use recours_rules::catalogue::{ChannelKind, Mask, Measure, Requirement, Stage, words};
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

#[test]
fn a_rule_finds_its_procedure() {
    let right = |demarche: &str| {
        format!(
            "droit: soutien\nversion: \"1\"\nlibelle: a\norganisme: caf\nunite: foyer\nsource: x\nconditions:\n  - {{ id: c, dit: c, source: x, si: \"couple\" }}\n{demarche}"
        )
    };
    let rupture = |name: &str, etape: &str, demarche: &str| {
        let head = format!(
            "rupture: {name}\nversion: \"1\"\nlibelle: a\norganisme: caf\nunite: personne\nsource: x\nconcerne: soutien\netape: {etape}\n"
        );
        format!(
            "{head}conditions:\n  - {{ id: c, dit: c, source: x, si: \"enceinte\" }}\necheance: fin_droits\ndate_utile: fin_droits\n{demarche}"
        )
    };
    let text = |name: &str, text: String| recours_rules::SourceFile { name: name.into(), text };
    let build = |demarche: &str| {
        let mut files: Vec<_> = ["parametres", "vocabulaire"].map(|n| source(&folder("base").join(format!("{n}.yaml")))).into();
        files.push(source(&folder("avec").join("soutien_demande.yaml")));
        files.push(text("soutien.yaml", right(demarche)));
        files.push(text("a.yaml", rupture("perte", "demande", "")));
        files.push(text("b.yaml", rupture("autre_etape", "renouvellement", "")));
        files.push(text("c.yaml", rupture("citee", "suivi", "demarche: soutien_demande\n")));
        Pack::build(&files, None, date::parse("2025-03-01").unwrap()).unwrap_or_else(|f| panic!("{f:?}"))
    };
    for (demarche, own) in
        [("demarche: soutien_demande\n", None), ("demarche: { en_ligne: ici, alternative_humaine: la }\n", Some("ici")), ("", None)]
    {
        let pack = build(demarche);
        let found = |id: &str| pack.catalogue.for_rule(&pack.rights[pack.right(id).unwrap()]).map(|p| p.id.as_str());
        assert_eq!(found("soutien"), Some("soutien_demande"), "{demarche}");
        assert_eq!((found("perte"), found("autre_etape"), found("citee")), (Some("soutien_demande"), None, Some("soutien_demande")));
        let told = pack.rights[pack.right("soutien").unwrap()].procedure.as_ref().and_then(|p| p.en_ligne.as_deref());
        assert_eq!(told, own, "{demarche}");
    }
}

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

/// The French pack on a day.
pub fn france(day: &str) -> (Pack, Vec<recours_rules::SourceFile>) {
    let mut paths = Vec::new();
    yaml_below(&root().join("fr"), &mut paths);
    paths.retain(|p| !p.components().any(|c| c.as_os_str() == "variantes"));
    paths.sort();
    let file =
        |p: &std::path::PathBuf| recours_rules::SourceFile { name: p.display().to_string(), text: std::fs::read_to_string(p).unwrap() };
    let files: Vec<_> = paths.iter().map(file).collect();
    let pack = Pack::build(&files, None, date::parse(day).unwrap()).unwrap_or_else(|f| panic!("{f:?}"));
    (pack, files)
}

#[test]
fn the_french_catalogue_is_held_to_its_lints() {
    let (pack, files) = france("2026-10-01");
    let faults = lint(&pack, &files);
    let shown: String = faults.iter().map(|d| d.render(&files.iter().find(|f| f.name == d.file).unwrap().text)).collect();
    assert!(faults.is_empty(), "{shown}");
    let counts = pack.catalogue.counts(pack.on);
    assert!(counts.requirements > 100 && counts.requirements_unverified * 2 < counts.requirements, "{counts:?}");
}

#[test]
fn the_eight_rights_have_their_stages() {
    use Stage::{Application, FollowUp, PeriodicDeclaration, Pieces, Renewal};
    let (pack, _) = france("2026-10-01");
    let expected: [(&str, &[Stage], &[&str]); 9] = [
        ("rsa", &[Application, PeriodicDeclaration], &["caf", "msa"]),
        ("ppa", &[Application, PeriodicDeclaration], &["caf", "msa"]),
        ("c2s_gratuite", &[Application, Renewal], &["cpam", "msa"]),
        ("c2s_participation", &[Application, Renewal], &["cpam", "msa"]),
        ("aspa", &[Application, FollowUp], &["carsat", "msa"]),
        ("aah", &[Application, Pieces, PeriodicDeclaration, Renewal], &["departement", "caf", "msa"]),
        ("aide_logement", &[Application, Renewal], &["caf", "msa"]),
        ("asf", &[Application, Pieces], &["caf", "msa"]),
        ("reversion", &[Application, FollowUp], &["carsat", "msa"]),
    ];
    for (right, stages, bodies) in expected {
        let right_of = &pack.rights[pack.right(right).unwrap()];
        assert!(right_of.procedure.is_none() && pack.catalogue.for_rule(right_of).unwrap().stage == Application, "{right}");
        let mut seen: Vec<&str> = Vec::new();
        for stage in stages {
            let p = pack.catalogue.of(right, *stage).unwrap_or_else(|| panic!("{right} {}", stage.name()));
            assert!(right_of.procedures.contains(&p.id), "{right} ne cite pas {}", p.id);
            let checked = p.variants.iter().flat_map(|v| &v.channels).flat_map(|c| &c.requirements).filter(|r| r.checked.is_some());
            assert!(checked.count() > 0, "{} : aucune exigence lue à sa source", p.id);
            for body in p.bodies(pack.on) {
                let v = p.at(body, None, pack.on).unwrap();
                assert!(v.channels.iter().any(|c| c.kind.without_screen()) && v.human.is_some() && !v.script.is_empty(), "{} {body}", p.id);
                // No number of days is left without a value.
                let measures = v.channels.iter().flat_map(|c| [c.delay, c.minutes]).chain([v.answer]).flatten();
                assert!(measures.into_iter().all(|m| m.on(&pack.parameters, pack.on).is_some()), "{} {body}", p.id);
                seen.push(body);
            }
        }
        assert!(bodies.iter().all(|b| seen.contains(b)), "{right} : {seen:?}");
    }
    let yearly = |right: &str| pack.catalogue.obligations(right, &pack.parameters, pack.on).map(|o| o.1).sum::<u32>();
    assert_eq!((yearly("rsa"), yearly("ppa"), yearly("aah"), yearly("c2s_gratuite"), yearly("aspa")), (4, 4, 4, 1, 0));
}

#[test]
fn ruptures_find_the_procedure_that_keeps_the_right() {
    let (pack, _) = france("2026-10-01");
    for (rupture, procedure) in [
        ("rupture_dtr_manquante", "rsa_declaration"),
        ("rupture_c2s_renouvellement", "c2s_renouvellement"),
        ("rupture_aah_fin_decision", "aah_renouvellement"),
    ] {
        let rule = &pack.rights[pack.right(rupture).unwrap_or_else(|| panic!("{rupture}"))];
        assert_eq!(pack.catalogue.for_rule(rule).map(|p| p.id.as_str()), Some(procedure), "{rupture}");
    }
}

#[test]
fn the_guide_for_authors_shows_a_procedure_that_passes_and_every_word() {
    let guide = std::fs::read_to_string(root().join("README.md")).unwrap();
    let from = guide.find("```yaml\ndemarche: aide_demande").unwrap() + 8;
    let text = guide[from..].split("```").next().unwrap().to_owned();
    let mut files: Vec<_> = ["parametres", "vocabulaire"].map(|n| source(&folder("base").join(format!("{n}.yaml")))).into();
    files.push(source(&folder("avec").join("portes.yaml")));
    let right = source(&folder("avec").join("soutien.yaml")).text.replace("soutien", "aide");
    files.push(recours_rules::SourceFile { name: "aide.yaml".into(), text: right });
    files.push(recours_rules::SourceFile { name: "aide_demande.yaml".into(), text });
    let pack = Pack::build(&files, None, date::parse("2026-10-01").unwrap()).unwrap_or_else(|f| panic!("{f:?}"));
    assert_eq!(lint(&pack, &files), []);
    assert!(pack.catalogue.procedure("aide_demande").is_some());
    let names = words::REQUIREMENTS.iter().chain(&words::STAGES).chain(&words::CHANNELS).chain(&words::ACTIVATIONS);
    for word in names.chain(&words::NATURES).chain(&words::OBTAINED).chain(&words::PROFILES) {
        assert!(guide.contains(&format!("`{word}`")), "{word} manque dans rules/README.md");
    }
}
