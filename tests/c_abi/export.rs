//! What the library exports is what the header declares, and little of it.

use std::collections::BTreeSet;
use std::process::Command;

use super::compile::{BOTH, Program, library, own_name, read, succeeded};

const HEADER: &str = "crates/ffi/include/recours.h";

/// Functions that the header declares.
fn declared() -> BTreeSet<String> {
    read(HEADER)
        .lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .filter_map(|l| l.split_once('(').filter(|(_, rest)| rest.ends_with(");") || rest.ends_with(',')))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("recours_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let nm = Command::new("nm").args(["-D", "--defined-only"]).arg(library("so")).output();
    let symbols = succeeded("nm", nm.expect("nm starts: binutils come with gcc"));
    let symbols = String::from_utf8(symbols.stdout).unwrap();
    let names = symbols.lines().filter_map(|l| l.rsplit(' ').next());
    let exported: BTreeSet<String> = names.filter(|name| !name.starts_with("recours_probe_")).map(str::to_owned).collect();
    assert_eq!(declared(), exported);
}

#[test]
fn the_interface_is_few_functions() {
    let around = |n: &&String| n.contains("_new") || n.ends_with("_free") || n.contains("_error_");
    let declared = declared();
    let verbs: Vec<_> = declared.iter().filter(|n| !around(n)).collect();
    assert!((10..=15).contains(&verbs.len()), "{}: {verbs:?}", verbs.len());
}

#[test]
fn the_shared_library_bears_the_number_of_its_interface() {
    let header = read(HEADER);
    let number = header.lines().find_map(|l| l.strip_prefix("#define RECOURS_ABI_VERSION ")).unwrap();
    assert_eq!(own_name(), format!("librecours_ffi.so.{number}"));
}

// The probe that panics exists only with debug assertions, so that a release library has no such function.
#[cfg(all(debug_assertions, feature = "complet"))]
#[test]
fn no_panic_and_no_text_of_a_panic_crosses_any_function() {
    for link in BOTH {
        let output = Program::build("tests/c/boundary.c", link).runs::<&str>(&[]);
        let tried = String::from_utf8(output.stdout).unwrap();
        let tried: BTreeSet<String> = tried.lines().filter_map(|l| l.split_once('(')).map(|(name, _)| name.to_owned()).collect();
        // These have no error to give: they read a constant, or free memory behind the same wall.
        let simple = |n: &String| n.contains("_error_") || n.ends_with("_version") || n == "recours_text_free";
        let wanted: BTreeSet<String> = declared().into_iter().filter(|n| !simple(n)).collect();
        assert_eq!(tried, wanted);
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(printed.contains("erreur interne à crates/ffi/src/panic_probe.rs:"), "{printed}");
        assert!(!printed.contains("CANARI-DE-PANIQUE"), "the panic's text was printed");
    }
}
