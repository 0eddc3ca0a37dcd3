//! The C interface, from the committed header alone: compiled as strict C11 with the address and
//! undefined-behaviour sanitizers, linked statically and dynamically against the built library, and run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// How a program is bound to the library.
#[derive(Clone, Copy, Debug)]
enum Link {
    Static,
    Dynamic,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library that cargo built for this test: beside the test's own executable, whatever the profile and target.
fn library(extension: &str) -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    let path = executable.parent().unwrap().join(format!("librecours_ffi.{extension}"));
    assert!(path.exists(), "{} was not built: is recours-ffi still a dev-dependency of the root package?", path.display());
    path
}

fn succeeded(what: &str, output: Output) -> Output {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{err}", output.status);
    output
}

/// Compiles `source` into a temporary folder and runs it; the folder goes when the test ends.
fn compile_and_run(source: &str, link: Link) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I"])
        .arg(root().join("crates/ffi/include"))
        .arg(root().join(source))
        .arg("-o")
        .arg(&program);
    match link {
        Link::Static => gcc.arg(library("a")).args(["-lpthread", "-ldl", "-lm"]),
        Link::Dynamic => gcc.arg(library("so")),
    };
    succeeded("gcc", gcc.output().expect("gcc starts: ./check installs it"));
    let folder = library("so").parent().unwrap().to_owned();
    let output = Command::new(&program).env("LD_LIBRARY_PATH", folder).output();
    succeeded(&format!("{source}, {link:?}"), output.unwrap())
}

#[test]
fn the_example_compiles_from_the_header_alone_and_runs() {
    for link in [Link::Static, Link::Dynamic] {
        let output = compile_and_run("crates/ffi/examples/version.c", link);
        let wanted = format!("recours {}, interface 1\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{link:?}");
    }
}

// The probe that panics exists only with debug assertions, so that a release library has no such function.
#[cfg(debug_assertions)]
#[test]
fn no_panic_and_no_text_of_a_panic_crosses_the_boundary() {
    for link in [Link::Static, Link::Dynamic] {
        let output = compile_and_run("tests/c/boundary.c", link);
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        assert!(printed.contains("RECOURS_STATUS_INVALID_UTF8"), "{printed}");
        assert!(printed.contains("erreur interne à crates/ffi/src/panic_probe.rs:"), "{printed}");
        assert!(!printed.contains("CANARI-DE-PANIQUE"), "the panic's text was printed");
    }
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let header = std::fs::read_to_string(root().join("crates/ffi/include/recours.h")).unwrap();
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .filter_map(|l| l.split_once('(').filter(|(_, rest)| rest.ends_with(");") || rest.ends_with(',')))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("recours_"))
        .collect();
    let nm = Command::new("nm").args(["-D", "--defined-only"]).arg(library("so")).output();
    let symbols = succeeded("nm", nm.expect("nm starts: binutils come with gcc"));
    let symbols = String::from_utf8(symbols.stdout).unwrap();
    let exported: BTreeSet<&str> =
        symbols.lines().filter_map(|l| l.rsplit(' ').next()).filter(|name| !name.starts_with("recours_probe_")).collect();
    assert!(declared.len() >= 5, "{declared:?}");
    assert_eq!(declared, exported);
}
