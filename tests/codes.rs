//! The page of error codes and the sources say the same codes.
//!
//! A user who meets a code looks for it in `docs/fr/codes.md`: a code that is not there, or that the program no longer
//! says, makes the page useless. This reads the tree only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/fr/codes.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The codes of a text: `E-`, a family in capitals and three digits; or `R-` and three digits. Not within a longer word.
fn codes(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || !b.is_ascii();
    let mut found = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = start + bytes[start..].iter().take_while(|b| inside(b)).count();
        found.extend(text.get(start..end).filter(|word| is_code(word)));
        start = end + 1;
    }
    found
}

fn is_code(word: &str) -> bool {
    let digits = |n: &str| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit());
    match word.split('-').collect::<Vec<_>>().as_slice() {
        ["E", family, n] => !family.is_empty() && family.bytes().all(|b| b.is_ascii_uppercase()) && digits(n),
        ["R", n] => digits(n),
        _ => false,
    }
}

/// The program of a source: neither comments, nor the test module at its end.
fn program(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let tests = lines.windows(2).position(|w| w[0] == "#[cfg(test)]" && w[1].starts_with("mod ") && w[1].ends_with('{'));
    let kept = lines.iter().take(tests.unwrap_or(lines.len())).filter(|l| !l.trim_start().starts_with("//"));
    kept.flat_map(|l| [l, "\n"]).collect()
}

/// The Rust files of the crates, tests left out.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap()) {
        let path = entry.path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if stem == "tests" || stem.starts_with("tests_") || stem.ends_with("_tests") || stem == "target" {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Each code that the program can say, with a file that says it.
fn said() -> BTreeMap<String, PathBuf> {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    assert!(files.len() > 50, "the walk of the tree sees {} files only", files.len());
    let mut said = BTreeMap::new();
    for file in files {
        let text = program(&std::fs::read_to_string(&file).unwrap());
        let file = file.strip_prefix(root()).unwrap();
        for code in codes(&text) {
            said.entry(code.to_owned()).or_insert_with(|| file.to_path_buf());
        }
    }
    said
}

fn page() -> String {
    std::fs::read_to_string(root().join(PAGE)).unwrap()
}

/// The rows that explain a code: the code and the other cells.
fn rows(page: &str) -> Vec<(&str, Vec<&str>)> {
    let explains = |line: &str| line.strip_prefix("| `").and_then(|l| l.split('`').next()).is_some_and(is_code);
    page.lines()
        .filter(|l| explains(l))
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            (cells.next().unwrap().trim_matches('`'), cells.collect())
        })
        .collect()
}

#[test]
fn codes_are_found_where_they_stand() {
    assert_eq!(codes("(\"E-TABLE-007\", x) [R-012] `R-013`"), ["E-TABLE-007", "R-012", "R-013"]);
    assert_eq!(codes("« E-CLES-001 » é E-CLES-002."), ["E-CLES-001", "E-CLES-002"]);
    assert!(codes("E-TABLE-07 E-TABLE E-table-001 R-1234 ERR-012 XE-TABLE-001 E-TABLE-001-A éR-012").is_empty());
    let source = "f(\"R-001\");\n// R-002\n    /// R-003\n#[cfg(test)]\nmod tests {\n    g(\"R-004\");\n}\n";
    assert_eq!(codes(&program(source)), ["R-001"]);
    assert_eq!(codes(&program("#[cfg(test)]\nmod tests;\nf(\"R-005\");")), ["R-005"]);
}

#[test]
fn every_code_of_the_program_is_explained_once() {
    let page = page();
    let rows = rows(&page);
    for (code, file) in said() {
        let count = rows.iter().filter(|(c, _)| *c == code).count();
        assert_eq!(count, 1, "{PAGE}: {count} rows for {code}, which {} says; one is needed", file.display());
    }
}

#[test]
fn the_page_explains_no_code_that_the_program_does_not_say() {
    let (page, said) = (page(), said());
    let gone: BTreeSet<&str> = codes(&page).into_iter().filter(|c| !said.contains_key(*c)).collect();
    assert!(gone.is_empty(), "{PAGE} has codes that no source says: {gone:?}");
}

#[test]
fn every_row_says_what_it_means_and_what_to_do() {
    for (code, cells) in rows(&page()) {
        assert!(matches!(cells.as_slice(), [m, d] if !m.is_empty() && !d.is_empty()), "{PAGE}: {code} needs a meaning and an advice");
    }
}
