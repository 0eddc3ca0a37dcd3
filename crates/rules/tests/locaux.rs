//! Rights that a territory completes: checked without its parameters, evaluated with them.

use recours_rules::{Pack, SourceFile, date};

const VOCABULARY: &str = include_str!("base/vocabulaire.yaml");
const PARAMETERS: &str = include_str!("base/parametres.yaml");
const LOCAL: &str = include_str!("good/droit_local.yaml");

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.into(), text: text.into() }
}

/// The local right, one that reads it, and one that does not.
fn build(overlay: Option<&str>) -> Pack {
    let right = |id: &str, si: &str| {
        format!(
            "droit: {id}\nversion: \"1\"\nlibelle: e\norganisme: caf\nunite: foyer\nsource: x\nconditions:\n  - {{ id: c, dit: c, source: x, si: \"{si}\" }}\n"
        )
    };
    let files = [
        file("vocabulaire.yaml", VOCABULARY),
        file("parametres.yaml", PARAMETERS),
        file("local.yaml", LOCAL),
        file("suit.yaml", &right("suit", "aide_locale.droit ou couple")),
        file("national.yaml", &right("national", "couple")),
    ];
    let overlay = overlay.map(|t| file("territoire.yaml", t));
    Pack::build(&files, overlay.as_ref(), date::parse("2025-03-01").unwrap()).unwrap()
}

fn territory(parameters: &str) -> String {
    format!("variante: territoire\ndit: \"Département d'essai\"\nparametres:\n{parameters}")
}

fn shown(pack: &Pack) -> (Vec<&str>, Vec<(&str, Vec<&str>)>) {
    let waiting = pack.waiting.iter().map(|w| (w.right.id.as_str(), w.parameters.iter().map(String::as_str).collect()));
    (pack.rights.iter().map(|r| r.id.as_str()).collect(), waiting.collect())
}

const CEILING: &str = "  - { nom: plafond_local, dit: p, unite: euro_par_mois, valeurs: [ { du: 2025-01-01, valeur: 900, source: d } ] }\n";
const SCALE: &str = "  - { nom: bareme_local, dit: b, unite: nombre, table: true, valeurs: [ { du: 2025-01-01, valeurs: [1], au_dela: 0.3, source: d } ] }\n";

#[test]
fn a_right_waits_for_its_territory_and_for_that_of_those_it_reads() {
    let both = vec!["bareme_local", "plafond_local"];
    assert_eq!(shown(&build(None)), (vec!["national"], vec![("aide_locale", both.clone()), ("suit", both)]));
    // One of two parameters is not enough.
    let half = build(Some(&territory(CEILING)));
    assert_eq!(shown(&half), (vec!["national"], vec![("aide_locale", vec!["bareme_local"]), ("suit", vec!["bareme_local"])]));
    let whole = build(Some(&territory(&format!("{CEILING}{SCALE}"))));
    assert_eq!(shown(&whole), (vec!["aide_locale", "national", "suit"], vec![]));
}

#[test]
fn a_mission_may_name_a_right_that_waits() {
    let mut pack = build(None);
    assert_eq!(pack.keep(&["aide_locale".into(), "autre".into()]), ["autre"]);
    assert_eq!(shown(&pack).0, Vec::<&str>::new());
    assert_eq!(pack.waiting.len(), 1);
}
