//! Committed rule files and the texts that their authors read.
//!
//! The first lines of a file may hold directives: `# sans base` (without the files of `base/`), `# variante`
//! (given as an overlay), `# mise en forme` (given to the formatter), `# soins` (its catalogue is held to its lints), `# flux` (what may cross is proved), `# avec: nom.yaml`
//! (with that file of `avec/`), `# bourrage: N` (comments added up to N bytes), `# suite: N texte` (that text N times in the place of `@@`), `# la faute: R-000` (only that one is shown).

use recours_rules::catalogue::Mask;
use recours_rules::catalogue::lint::lint;
use recours_rules::flow::prove;
use recours_rules::format::format;
use recours_rules::types::Entity;
use recours_rules::{Diagnostic, Pack, Severity, SourceFile, date};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The day for which the files are checked.
const DAY: &str = "2025-03-01";

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

pub fn files_in(name: &str, extension: &str) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = fs::read_dir(folder(name)).unwrap().map(|e| e.unwrap().path()).collect();
    out.retain(|p| p.extension().is_some_and(|e| e == extension));
    out.sort();
    out
}

/// Rule files of a folder and of those below.
pub fn yaml_below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_below(&path, out);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            out.push(path);
        }
    }
}

pub fn source(path: &Path) -> SourceFile {
    let mut text = fs::read_to_string(path).unwrap();
    let padding = text.lines().find_map(|l| l.strip_prefix("# bourrage: ")).map(|n| n.parse::<usize>().unwrap());
    while padding.is_some_and(|n| text.len() < n) {
        text.push_str("# rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien, rien\n");
    }
    let repeated = text.lines().find_map(|l| l.strip_prefix("# suite: ")?.split_once(' ')).map(|(n, what)| what.repeat(n.parse().unwrap()));
    if let Some(repeated) = repeated {
        text = text.replace("@@", &repeated);
    }
    SourceFile { name: path.file_name().unwrap().to_str().unwrap().to_owned(), text }
}

/// Faults, or the pack, of a file with those of `base/` around.
fn build(file: &SourceFile) -> Result<Pack, Vec<Diagnostic>> {
    let says = |what: &str| file.text.lines().take(3).any(|l| l == what);
    let mut files: Vec<SourceFile> =
        if says("# sans base") { Vec::new() } else { files_in("base", "yaml").iter().map(|p| source(p)).collect() };
    if says("# mise en forme") {
        format(&file.name, &file.text).map_err(|d| vec![d])?;
    }
    let with = file.text.lines().take(3).filter_map(|l| l.strip_prefix("# avec: "));
    files.extend(with.map(|name| source(&folder("avec").join(name))));
    let overlay = says("# variante");
    if !overlay {
        files.push(file.clone());
    }
    let pack = Pack::build(&files, overlay.then_some(file), date::parse(DAY).unwrap())?;
    if says("# flux") {
        prove(&pack)?;
    }
    if !says("# soins") {
        return Ok(pack);
    }
    let mut faults = lint(&pack, &files);
    faults.extend(recours_rules::texts::lint(&pack));
    if faults.is_empty() { Ok(pack) } else { Err(faults) }
}

/// Compares with the committed text, or writes it.
pub fn expect(path: &Path, shown: &str) {
    let expected = path.with_extension("attendu");
    if std::env::var_os("RECOURS_REECRIT").is_some() {
        fs::write(&expected, shown).unwrap();
        return;
    }
    let before = fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(before, shown, "{} a changé : relire, puis RECOURS_REECRIT=1 cargo test -p recours-rules", expected.display());
}

#[test]
fn each_bad_file_shows_one_diagnostic() {
    let files = files_in("bad", "yaml");
    assert!(files.len() >= 40, "{} fichiers fautifs", files.len());
    for path in files {
        let file = source(&path);
        let mut faults = build(&file).expect_err(&file.name);
        if let Some(code) = file.text.lines().find_map(|l| l.strip_prefix("# la faute: ")) {
            faults.retain(|d| d.code == code);
        }
        let errors: Vec<_> = faults.iter().filter(|d| d.severity == Severity::Error).collect();
        let shown: String = faults.iter().map(|d| d.render(&file.text)).collect();
        assert_eq!(errors.len(), 1, "{} montre une seule faute\n{shown}", file.name);
        // Found at a place of that file, and short enough to be read.
        assert_eq!(errors[0].file, file.name, "{shown}");
        assert!(errors[0].span.end <= file.text.len() && shown.len() < 4_000, "{shown}");
        expect(&path, &shown);
    }
}

#[test]
fn good_files_pass() {
    for path in files_in("good", "yaml") {
        let file = source(&path);
        let pack = build(&file).unwrap_or_else(|faults| panic!("{}", faults.iter().map(|d| d.render(&file.text)).collect::<String>()));
        let stale = pack.catalogue.stale(pack.on);
        let mut shown: String = pack.warnings.iter().chain(&stale).map(|d| d.render(&file.text)).collect();
        for w in &pack.waiting {
            writeln!(shown, "{} attend : {}", w.right.rule(), w.parameters.join(", ")).unwrap();
        }
        for r in &pack.rights {
            writeln!(shown, "{} ({:?}, {}, {:?})", r.rule(), r.kind, r.unit, r.period).unwrap();
            for (what, calc) in [
                ("montant", r.amount),
                ("percu", r.received),
                ("echeance", r.deadline),
                ("date_utile", r.useful_date),
                ("deja_agi", r.acted),
            ] {
                if let Some(c) = calc {
                    writeln!(shown, "  {what} : {}", pack.calcs[c].ty.describe()).unwrap();
                }
            }
            let facts: Vec<&str> = pack.facts_of(r.entitled).into_iter().map(|v| pack.vocabulary.variables[v].name.as_str()).collect();
            writeln!(shown, "  lit : {}", facts.join(", ")).unwrap();
        }
        for c in &pack.calcs {
            let whose = if c.entity == Entity::Personne { "personne" } else { "foyer" };
            let month = if c.monthly { ", par mois" } else { "" };
            writeln!(shown, "{} : {} ({whose}{month})", c.name, c.ty.describe()).unwrap();
        }
        shown += &catalogue(&pack);
        expect(&path, &shown);
    }
}

/// The procedures of a pack: who, when, how it comes, and what each door requires.
fn catalogue(pack: &Pack) -> String {
    let mut out = String::new();
    for p in &pack.catalogue.procedures {
        writeln!(out, "{} ({}, {})", p.id, p.rights.join(", "), p.stage.name()).unwrap();
        for v in &p.variants {
            let where_ = if v.territories.is_empty() { "partout".to_owned() } else { v.territories.join(", ") };
            let answer = v.answer.and_then(|m| m.on(&pack.parameters, pack.on));
            writeln!(out, "  {} ({where_}, {}, réponse {answer:?})", v.body, v.activation.name()).unwrap();
            for c in &v.channels {
                let names = |m: Mask| m.iter().map(|r| r.name()).collect::<Vec<_>>();
                let choices: Vec<String> = c.needs.one_of.iter().map(|g| names(*g).join(" ou ")).collect();
                let all: Vec<String> = names(c.needs.all).into_iter().map(str::to_owned).chain(choices).collect();
                let minutes = c.minutes.and_then(|m| m.on(&pack.parameters, pack.on));
                let delay = c.delay.and_then(|m| m.on(&pack.parameters, pack.on));
                writeln!(out, "    {} ({}, {delay:?} jours, {minutes:?} minutes) : {}", c.kind.name(), c.place.says, all.join(", "))
                    .unwrap();
            }
        }
    }
    if !pack.catalogue.lines.is_empty() {
        writeln!(out, "{:?}", pack.catalogue.counts(pack.on)).unwrap();
    }
    out
}

/// Codes written in a source text.
fn codes_of(text: &str) -> Vec<String> {
    let found = text.match_indices("\"R-").filter_map(|(i, _)| text.get(i + 1..i + 6));
    found.filter(|c| c[2..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned).collect()
}

fn sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else {
            // Tests stand at the end of a file and make up codes.
            out.push_str(fs::read_to_string(path).unwrap().split("#[cfg(test)]").next().unwrap());
        }
    }
}

#[test]
fn every_code_has_a_bad_file() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    // A warning is shown by a file that passes.
    let shown: String =
        files_in("bad", "attendu").iter().chain(&files_in("good", "attendu")).map(|p| fs::read_to_string(p).unwrap()).collect();
    let mut missing: Vec<String> = codes_of(&text).into_iter().filter(|c| !shown.contains(&format!("[{c}]"))).collect();
    missing.sort();
    missing.dedup();
    assert!(codes_of(&text).len() > 20, "les codes du source n'ont pas été trouvés");
    assert!(missing.is_empty(), "sans fichier dans tests/bad ou tests/good : {missing:?}");
}

#[test]
fn no_committed_text_without_its_file() {
    for folder in ["bad", "good"] {
        for path in files_in(folder, "attendu") {
            assert!(path.with_extension("yaml").exists(), "{} n'a plus de fichier", path.display());
        }
    }
}
