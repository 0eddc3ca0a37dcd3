//! Committed rule files whose properties do not hold, or whose clauses cannot turn, and what their authors read; and
//! what is promised of the trials: how many, always the same, near the thresholds.

use recours_engine::coverage::constant::constant;
use recours_engine::coverage::contradiction::contradictions;
use recours_engine::properties::{self, Effort};
use recours_engine::reference::cases;
use recours_rules::{Diagnostic, Pack, SourceFile, date};
use std::fs;
use std::path::{Path, PathBuf};

/// The day for which the files are checked.
const DAY: &str = "2025-03-01";

const EFFORT: Effort = Effort { foyers: 200, seed: 7 };

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn source(path: &Path) -> SourceFile {
    SourceFile { name: path.file_name().unwrap().to_str().unwrap().to_owned(), text: fs::read_to_string(path).unwrap() }
}

/// A file with the vocabulary and parameters of the committed files of the rule language.
fn pack(file: SourceFile) -> Pack {
    let base = ["vocabulaire.yaml", "parametres.yaml"].map(|n| source(&here("../rules/tests/base").join(n)));
    let name = file.name.clone();
    let files: Vec<SourceFile> = base.into_iter().chain([file]).collect();
    Pack::build(&files, None, date::parse(DAY).unwrap()).unwrap_or_else(|faults| panic!("{name} : {faults:?}"))
}

/// A right whose amount is `formula`, with other keys of its file below.
fn written(formula: &str, below: &str) -> Pack {
    let text = format!(
        "droit: aide\nversion: \"1\"\nlibelle: \"Aide\"\norganisme: caf\nunite: foyer\nsource: \"Loi\"\n\
         calculs:\n  - {{ nom: ressources, unite: euro_par_mois, formule: \"moyenne_mois(mois_reference, somme(membres, salaire_net[m]))\" }}\n\
         conditions:\n  - {{ id: age, dit: \"Âge\", source: \"Loi\", si: \"existe(adultes, age(date_naissance, debut[M]) >= age_minimal)\" }}\n\
         montant: {{ unite: euro_par_mois, source: \"Loi\", formule: \"{formula}\" }}\n{below}"
    );
    pack(SourceFile { name: "aide.yaml".into(), text })
}

fn faults(pack: &Pack) -> Vec<Diagnostic> {
    let mut out = constant(pack);
    out.extend(contradictions(pack));
    out.extend(properties::run(pack, EFFORT).faults);
    out
}

#[test]
fn each_bad_file_shows_what_its_author_reads() {
    let mut files: Vec<PathBuf> = fs::read_dir(here("tests/bad")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "yaml"));
    files.sort();
    assert!(files.len() >= 10, "{files:?}");
    for path in files {
        let file = source(&path);
        let found = faults(&pack(file.clone()));
        let shown: String = found.iter().map(|d| d.render(&file.text)).collect();
        assert_eq!(found.len(), 1, "{} montre une seule faute\n{shown}", file.name);
        assert!(found[0].file == file.name && found[0].span.end > found[0].span.start, "{shown}");
        let expected = path.with_extension("attendu");
        if std::env::var_os("RECOURS_REECRIT").is_some() {
            fs::write(&expected, &shown).unwrap();
        }
        let before = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(before, shown, "{} a changé : relire, puis RECOURS_REECRIT=1 cargo test -p recours-engine", expected.display());
    }
}

#[test]
fn the_codes_that_rules_can_show_have_a_bad_file() {
    let shown: String = fs::read_dir(here("tests/bad"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "attendu"))
        .map(|p| fs::read_to_string(p).unwrap())
        .collect();
    // R-064 tells a fault of the evaluator: no rule file can show it.
    for code in ["R-062", "R-063", "R-065", "R-066"] {
        assert!(shown.contains(&format!("[{code}]")), "{code}");
    }
}

const CLAIMS: &str = "proprietes:\n  - { id: baisse, dit: \"x\", jamais_croissant: { selon: salaire_net } }\n\
     \u{20} - { id: bornes, dit: \"x\", entre: { min: 0, max: \"plafond\" } }\n\
     \u{20} - { id: rien, dit: \"x\", nul_si: \"ressources >= plafond\" }\n\
     \u{20} - { id: pente, dit: \"x\", sans_saut: { selon: salaire_net, de: 1, au_plus: 1.01 } }\n";

#[test]
fn claims_that_hold_are_tried_on_as_many_foyers_as_asked() {
    let pack = written("positif(plafond - ressources)", CLAIMS);
    let o = properties::run(&pack, EFFORT);
    assert!(o.faults.is_empty(), "{:?}", o.faults);
    assert_eq!((o.properties, o.trials, o.partial), (4, 800, 200));
    assert!(o.tested * 4 > o.trials, "{} essais sur {} engagent", o.tested, o.trials);
    assert!(o.settled > 50 && o.completions == 800, "{o:?}");
}

#[test]
fn the_same_foyers_whatever_the_threads() {
    let pack = written("positif(plafond - loyer)", CLAIMS);
    let with = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(|| properties::run(&pack, EFFORT));
    let (one, two) = (with(1), with(2));
    assert_eq!(one, two);
    assert!(!one.faults.is_empty());
    let other = properties::run(&pack, Effort { seed: 8, ..EFFORT });
    assert_ne!(one.tested, 0);
    assert_ne!(one, other);
}

/// A fault at one cent, or on one day, is found: the foyers stand on the thresholds.
#[test]
fn faults_of_one_cent_and_of_one_day_are_found() {
    for (formula, claim) in [
        // One cent too late.
        (
            "si ressources <= plafond alors plafond - ressources + 1 * loyer - loyer + en(euro_par_mois, 0.01) sinon 0",
            "nul_si: \"ressources >= plafond\"",
        ),
        // Paid for one cent of income only.
        ("si ressources > 0 et ressources < en(euro_par_mois, 0.02) alors plafond sinon 0", "entre: { max: 1 }"),
        // Nothing on the day of the birthday, which everybody but those born that day believes right.
        (
            "si existe(adultes, age(date_naissance, debut[M] ) = age_minimal et non age(date_naissance, ajoute_jours(debut[M], -1)) = age_minimal) alors plafond * 2 sinon plafond",
            "entre: { max: \"plafond\" }",
        ),
    ] {
        let pack = written(formula, &format!("proprietes:\n  - {{ id: essai, dit: \"x\", {claim} }}\n"));
        let o = properties::run(&pack, EFFORT);
        assert_eq!(o.faults.len(), 1, "{formula}");
        assert_eq!(o.faults[0].code, "R-062");
    }
}

#[test]
fn a_clause_that_no_case_makes_false_is_named() {
    let case = |name: &str, birth: &str, right: &str| {
        format!(
            "  - nom: \"{name}\"\n    le: 2025-03-01\n    reste_nul: true\n    personnes: [{{ role: demandeur, date_naissance: {birth} }}]\n    attendu: {{ droit: {right} }}\n"
        )
    };
    let old = format!("cas:\n{}", case("âgé", "1980-01-01", "oui"));
    let both = format!("{old}{}", case("jeune", "2010-01-01", "non"));
    for (text, covered) in [(&old, 0), (&both, 1)] {
        let pack = written("plafond", text);
        let run = cases::run(&pack, |d| pack.on_day(d).ok_or_else(Vec::new));
        assert!(run.faults.is_empty(), "{:?}", run.faults);
        let c = run.seen.coverage(&pack);
        assert_eq!((c.clauses, c.clauses_covered), (1, covered));
        assert_eq!(c.gaps.iter().any(|g| g.name == "aide.age" && g.never_false && !g.never_true && g.clause), covered == 0);
    }
}

#[test]
fn verdicts_that_bounds_cannot_see_are_counted() {
    // Twice the same fact: bounds forget that it is the same.
    let text = "proprietes: []\n";
    let pack = written("si loyer - loyer = 0 alors plafond sinon 0", text);
    let rates = properties::converse(&pack, Effort { foyers: 600, seed: 7 });
    assert_eq!(rates.len(), 1);
    assert!(rates[0].same > 100 && rates[0].missed > 0 && rates[0].missed < rates[0].same, "{rates:?}");
    let exact = properties::converse(&written("plafond", text), Effort { foyers: 600, seed: 7 });
    assert_eq!(exact[0].missed, 0, "{exact:?}");
}
