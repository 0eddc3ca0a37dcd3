//! The house: what may depend on what, where `unsafe` may stand, how long a file may be.
//!
//! These tests read the tree and cargo's own account of the dependency graph; they build nothing and use no
//! network. `docs/decisions/0002-direction-checked-by-tests.md` says why they are tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// Which of our own crates each of our crates may name in its normal and build dependencies.
const ALLOWED: &[(&str, &[&str])] = &[
    ("recours-coffre", &[]),
    ("recours-rules", &[]),
    ("recours-seal", &["recours-coffre"]),
    ("recours-synth", &[]),
    ("recours-tables", &["recours-coffre"]),
    ("recours-engine", &["recours-rules"]),
    ("recours-ffi", &["recours", "recours-rules"]),
    ("recours-python", &["recours", "recours-rules"]),
    ("recours", &["recours-coffre", "recours-rules", "recours-engine", "recours-tables", "recours-seal", "recours-synth"]),
];

/// Names that say nothing of what a room is for.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "misc", "helpers"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn output(command: &mut Command) -> String {
    let out = command.current_dir(root()).output().expect("the command starts");
    assert!(out.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8 output")
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// `cargo metadata` for this machine's target: without the filter cargo would ask for crates of other systems,
/// which nobody downloaded.
fn metadata() -> &'static Value {
    static META: OnceLock<Value> = OnceLock::new();
    META.get_or_init(|| {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = output(Command::new(rustc).arg("-vV"));
        let host = version.lines().find_map(|l| l.strip_prefix("host: ")).expect("host line");
        let text = output(cargo().args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]));
        serde_json::from_str(&text).expect("JSON")
    })
}

/// Name of each package by its identifier.
fn names() -> BTreeMap<&'static str, &'static str> {
    let packages = metadata()["packages"].as_array().unwrap();
    packages.iter().map(|p| (p["id"].as_str().unwrap(), p["name"].as_str().unwrap())).collect()
}

/// Our own packages, with the names of their declared dependencies and the kind of each (`normal`, `dev`, `build`).
fn house() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let packages = metadata()["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|p| p["source"].is_null())
        .map(|p| {
            let dependencies = p["dependencies"].as_array().unwrap();
            let list = dependencies.iter().map(|d| (d["name"].as_str().unwrap(), d["kind"].as_str().unwrap_or("normal"))).collect();
            (p["name"].as_str().unwrap(), list)
        })
        .collect()
}

/// Everything that a package reaches in the resolved graph through normal and build edges.
fn reached(from: &str) -> BTreeSet<&'static str> {
    let names = names();
    let nodes = metadata()["resolve"]["nodes"].as_array().unwrap();
    let edges: BTreeMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|n| {
            let targets = n["deps"].as_array().unwrap().iter().filter(|d| {
                let kinds = d["dep_kinds"].as_array().unwrap();
                kinds.iter().any(|k| k["kind"].as_str() != Some("dev"))
            });
            (n["id"].as_str().unwrap(), targets.map(|d| d["pkg"].as_str().unwrap()).collect())
        })
        .collect();
    let start = names.iter().find(|(_, n)| **n == from).map(|(id, _)| *id);
    let mut pending = vec![start.unwrap_or_else(|| panic!("no package {from}"))];
    let mut seen = BTreeSet::new();
    while let Some(id) = pending.pop() {
        for target in &edges[id] {
            if seen.insert(*target) {
                pending.push(target);
            }
        }
    }
    seen.into_iter().map(|id| names[id]).collect()
}

/// Files of the tree under `folder` with one of the extensions, relative to the root, build products left out.
fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        for entry in entries.map(|e| e.unwrap()) {
            let (path, name) = (entry.path(), entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                let built = ["target", ".git", ".venv", "node_modules"].iter().any(|n| name == *n);
                if !built && path != root().join("demo") {
                    walk(&path, extensions, found);
                }
            } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extensions, &mut found);
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn our_crates_name_only_those_that_the_house_allows() {
    let house = house();
    assert!(house.len() >= 7, "cargo metadata shows {} of our packages only", house.len());
    for (package, dependencies) in house {
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == package) else {
            panic!("{package} is not in the table of this test: say what it may depend on");
        };
        for (name, kind) in dependencies {
            let ours = name == "recours" || name.starts_with("recours-");
            assert!(!ours || kind == "dev" || allowed.contains(&name), "{package} must not depend on {name} ({kind})");
        }
    }
}

#[test]
fn rules_are_pure() {
    for name in reached("recours-rules") {
        let heavy = ["arrow", "parquet", "rayon", "tokio", "recours"];
        assert!(!heavy.iter().any(|h| name.starts_with(h)), "recours-rules reaches {name}");
    }
}

#[test]
fn engine_cannot_reach_identities_keys_or_invention() {
    let engine = reached("recours-engine");
    assert!(engine.contains("recours-rules"), "the walk of the graph sees nothing");
    for name in ["recours-seal", "recours-synth", "recours-tables", "age", "ring", "voprf"] {
        assert!(!engine.contains(name), "recours-engine reaches {name}");
    }
}

#[test]
fn seal_knows_neither_rules_nor_engine() {
    let seal = reached("recours-seal");
    for name in ["recours-rules", "recours-engine", "arrow", "parquet"] {
        assert!(!seal.contains(name), "recours-seal reaches {name}");
    }
}

#[test]
fn a_host_builds_no_sealing_code() {
    let tree = |package: &str, features: &[&str]| {
        let mut command = cargo();
        command.args(["tree", "-p", package, "--edges", "normal", "--prefix", "none"]);
        output(command.args(["--locked", "--offline"]).args(features))
    };
    let holds = |tree: &str, name: &str| tree.lines().any(|l| l.split(' ').next() == Some(name));
    for package in ["recours", "recours-python"] {
        let host = tree(package, &["--no-default-features", "--features", "host"]);
        assert!(holds(&host, "recours-engine"), "{package}: the host's tree has no engine:\n{host}");
        assert!(holds(&tree(package, &[]), "recours-seal"), "{package}: the complete build should seal");
        // It does hold `age`: it opens deliveries addressed to it and encrypts lists; and `ring`: it signs its log.
        for name in ["recours-seal", "recours-synth", "voprf", "unicode-normalization"] {
            assert!(!holds(&host, name), "{package}: the host's build contains {name}");
        }
    }
}

#[test]
fn only_the_command_may_invent_people() {
    for (package, dependencies) in house() {
        let invents = dependencies.iter().any(|(name, _)| *name == "recours-synth");
        assert!(!invents || package == "recours", "{package} depends on recours-synth");
    }
}

#[test]
fn no_room_has_an_empty_name() {
    let mut rooms: BTreeSet<String> = house().keys().map(|n| n.replace("recours-", "")).collect();
    for path in files("", &["rs", "py", "yaml"]) {
        for part in path.with_extension("").components() {
            rooms.insert(part.as_os_str().to_string_lossy().into_owned());
        }
    }
    for name in EMPTY_NAMES {
        assert!(!rooms.contains(*name), "a crate, folder or file is called {name}");
    }
}

/// True when a line of code opens something unsafe, or lifts the lint that forbids it.
fn opens_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let lifts = ["allow", "expect"].iter().any(|l| code.contains(&format!("{l}(unsafe_code")));
    let mut parts = code.split("unsafe");
    let mut before = parts.next().unwrap_or_default();
    lifts
        || parts.any(|after| {
            let word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
            before = after;
            let next = after.trim_start();
            let glued = next.len() == after.len() && !after.starts_with('{') && !after.starts_with('(');
            word && !glued && ["{", "(", "fn ", "impl", "extern", "trait"].iter().any(|o| next.starts_with(o))
        })
}

#[test]
fn unsafe_stands_only_at_the_c_boundary() {
    assert!(opens_unsafe("let x = unsafe { *p };") && opens_unsafe("pub unsafe extern \"C\" fn f() {"));
    assert!(opens_unsafe("#[unsafe(no_mangle)]") && !opens_unsafe("// unsafe { }"));
    assert!(!opens_unsafe("unsafe_code = 1") && !opens_unsafe("let not_unsafe = (1);"));
    for path in files("", &["rs"]) {
        let c = path.starts_with("crates/ffi") && !path.starts_with("crates/ffi/python");
        if c || path == Path::new("tests/maison.rs") {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            assert!(!opens_unsafe(line), "{}:{}: unsafe outside crates/ffi", path.display(), number + 1);
        }
    }
}

#[test]
fn files_stay_small() {
    let files = files("", &["rs"]);
    assert!(files.len() > 10, "the walk of the tree sees nothing");
    for path in files {
        let lines = read(&path).lines().count();
        assert!(lines <= 800, "{}: {lines} lines, 800 at most: give it a wall", path.display());
        if lines > 500 {
            eprintln!("{}: {lines} lines, more than 500", path.display());
        }
    }
}

#[test]
fn nothing_is_left_open_or_switched_off() {
    let marks = [concat!("todo", "!("), concat!("unimpl", "emented!("), concat!("FIX", "ME"), concat!("#[ign", "ore")];
    for path in files("", &["rs", "py", "c", "h"]) {
        let text = read(&path);
        for mark in marks {
            assert!(!text.contains(mark), "{} contains {mark}", path.display());
        }
    }
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = read(Path::new("README.md"));
    let first_screen: Vec<&str> = readme.lines().take(40).collect();
    for command in ["cargo run --release -- demo", "./check"] {
        assert!(first_screen.iter().any(|l| l.contains(command)), "the first 40 lines of README.md do not show `{command}`");
    }
}

#[test]
fn one_licence_everywhere() {
    let licence = read(Path::new("LICENSE"));
    assert!(licence.starts_with("EUROPEAN UNION PUBLIC LICENCE v. 1.2"));
    assert!(licence.contains("15.Applicable Law") && licence.contains("Appendix"), "the text is cut short");
    assert!(read(Path::new("publiccode.yml")).contains("license: EUPL-1.2"));
    let packages = metadata()["packages"].as_array().unwrap();
    for package in packages.iter().filter(|p| p["source"].is_null()) {
        assert_eq!(package["license"], "EUPL-1.2", "{}", package["name"]);
    }
}

#[test]
fn continuous_integration_is_the_check_and_nothing_else() {
    let run = read(Path::new(".ci/run"));
    let calls: Vec<&str> = run
        .lines()
        .filter(|l| !l.starts_with('#') && !l.starts_with("set ") && !l.starts_with("cd ") && !l.starts_with("export "))
        .collect();
    assert_eq!(calls, ["exec ./check"]);
}

#[test]
fn every_measure_says_what_it_costs() {
    let list = output(&mut Command::new("./measure"));
    let measures = std::fs::read_dir(root().join("benches/mesures")).unwrap();
    for entry in measures.map(|e| e.unwrap()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for field in ["# titre: ", "# duree: ", "# besoins: "] {
            let said = text.lines().find_map(|l| l.strip_prefix(field));
            assert!(said.is_some_and(|s| !s.trim().is_empty()), "benches/mesures/{name}: no `{field}`");
        }
        assert!(list.contains(&format!("  {name} ")), "./measure does not list {name} (is it executable?)");
    }
}
