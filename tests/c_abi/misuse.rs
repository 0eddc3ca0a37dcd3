//! Mistakes: each has its answer, the same as the command line's where it makes them too.

use std::path::Path;
use std::process::Command;

use super::compile::{BOTH, Link, Program};

/// What the command line prints on its error output when it refuses; its notes, which a program is told otherwise, left out.
fn command_line<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_recours")).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said.split_inclusive('\n').filter(|l| !l.starts_with("note : ")).collect())
}

fn library<S: AsRef<std::ffi::OsStr>>(program: &Program, arguments: &[S]) -> (Option<i32>, String) {
    let output = program.run(arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(feature = "complet")]
#[test]
fn every_mistake_is_answered_and_nothing_leaks() {
    for link in BOTH {
        let output = Program::build("tests/c/misuse.c", link).runs::<&str>(&[]);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "every mistake was answered\n", "{link:?}");
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(printed, "", "the library printed something of its own");
    }
}

#[cfg(feature = "complet")]
#[test]
fn what_is_refused_is_said_in_the_words_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let text = |p: &Path| p.to_str().unwrap().to_owned();
    let messages = Program::build("tests/c/messages.c", Link::Dynamic);

    // Rules with faults: the same diagnostics, and status 4.
    let rules = place("regles");
    std::fs::create_dir(&rules).unwrap();
    std::fs::write(rules.join("prix.yaml"), "parametres:\n  - nom: prix\n    dit: \"Un prix\"\n    unite: eurro\n").unwrap();
    std::fs::write(rules.join("rsa.yaml"), "droitt: rsa\n").unwrap();
    std::fs::write(place("p.csv"), "person_id,household_id,activite\n1,1,CANARI\n").unwrap();
    std::fs::write(place("h.csv"), "household_id\n1\n").unwrap();
    let tables = [text(&place("p.csv")), text(&place("h.csv")), text(&place("out.csv"))];
    let evaluate = |rules: &str| {
        let (p, h, o) = (tables[0].as_str(), tables[1].as_str(), tables[2].as_str());
        command_line(&["evaluate", "--rules", rules, "--on", "2026-10-01", "--persons", p, "--households", h, "--out", o])
    };
    let (code, said) = library(&messages, &["rules", &text(&rules)]);
    assert_eq!(code, Some(4));
    assert!(said.contains("erreur[R-") && said.contains("eurro"), "{said}");
    assert_eq!((Some(1), said), evaluate(&text(&rules)));

    // A code that is not allowed: the same column, row and allowed values; the table's name for the file's.
    let (code, said) = library(&messages, &["column"]);
    assert_eq!(code, Some(6));
    let (exit, wanted) = evaluate("rules/fr");
    assert_eq!(exit, Some(3));
    assert!(wanted.contains("activite") && !wanted.contains("CANARI"), "{wanted}");
    assert_eq!(said, wanted.replace(&tables[0], "persons"));

    // The list of one body with the key of another; a body that the mission has not.
    let mission = place("mission");
    let made = Command::new(env!("CARGO_BIN_EXE_recours"))
        .args(["demo", "--petite", "--persons", "300", "--seed", "5", "--out"])
        .arg(&mission)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let of = |name: &str| text(&mission.join(name));
    let (list, register, key) = (of("lists/cpam.age"), of("bodies/cpam/registre.parquet"), of("bodies/caf/cle.age"));
    let (code, said) = library(&messages, &["open", &of("mission.toml"), &list, &register, &key, &text(&place("ouverte"))]);
    assert_eq!(code, Some(6));
    let out = text(&place("ouverte"));
    let (exit, wanted) = command_line(&["open", &list, "--register", &register, "--identity", &key, "--out", &out]);
    assert_eq!((exit, said), (Some(3), wanted));
    assert!(!place("ouverte").exists(), "something was written");

    let (_, said) = library(&messages, &["seal", &of("mission.toml"), "cnaf"]);
    let (_, wanted) = command_line(&["seal", &of("mission.toml"), "--body", "cnaf"]);
    assert_eq!(said, wanted);
}
