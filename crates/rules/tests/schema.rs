//! `rules/schema.json` is the one that the table of keys gives, the table is the one that the reader accepts, and
//! every rule file is valid against the schema.

use crate::diagnostics::{files_in, source, yaml_below};
use recours_rules::document::read;
use recours_rules::shape::{DOCUMENTS, Key, RIGHT, Shape, Value};
use recours_rules::{SourceFile, schema};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

#[test]
fn the_committed_schema_is_that_of_the_reader() {
    let path = root().join("schema.json");
    if std::env::var_os("RECOURS_REECRIT").is_some() {
        std::fs::write(&path, schema::json()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == schema::json(), "rules/schema.json a changé : relire, puis `recours fmt --schema > rules/schema.json`");
}

// --- the table of keys and the reader ---

/// What a sample does to one of its shapes.
#[derive(Clone, Copy)]
enum Change<'a> {
    None,
    /// A key that nobody knows.
    Add,
    /// Without this key.
    Drop(&'a str),
}

fn sample(v: Value, at: &'static Shape, change: Change<'_>) -> String {
    match v {
        Value::Name | Value::Sentence | Value::Expression => "couple".into(),
        Value::Word(words) => words[0].into(),
        Value::Unit => "euro".into(),
        Value::Window => "\"M-4..M-2\"".into(),
        Value::Date => "2025-03-01".into(),
        Value::Number | Value::NumberOrDate | Value::Bound => "1.5".into(),
        Value::Count => "2".into(),
        Value::Flag => "true".into(),
        Value::One(s) => format!("{{ {} }}", keys(s, at, change).join(", ")),
        Value::Many(s) => format!("[{{ {} }}]", keys(s, at, change).join(", ")),
        Value::NamesOrOne(s) => format!("{{ {} }}", keys(s, at, change).join(", ")),
        Value::NameOrNames | Value::Names | Value::Sentences => "[a, b]".into(),
        Value::Entries => "[1, 2.5]".into(),
        Value::Facts => "{ loyer: 10.5, zone: z1 }".into(),
        Value::People => "[{ role: demandeur, enceinte: faux }]".into(),
    }
}

/// Every key of a shape with a value, `at` changed.
fn keys(shape: &'static Shape, at: &'static Shape, change: Change<'_>) -> Vec<String> {
    let here = shape.name == at.name;
    let kept = shape.keys.iter().filter(|k| !(here && matches!(change, Change::Drop(n) if n == k.name)));
    let mut out: Vec<String> = kept.map(|k| format!("{}: {}", k.name, sample(k.value, at, change))).collect();
    if here && matches!(change, Change::Add) {
        out.push("zzz: 1".into());
    }
    out
}

fn document(kind: &'static Shape, at: &'static Shape, change: Change<'_>) -> String {
    keys(kind, at, change).into_iter().map(|k| k + "\n").collect()
}

/// Every shape, with a kind of document that holds it.
fn shapes() -> Vec<(&'static Shape, &'static Shape)> {
    fn below(kind: &'static Shape, shape: &'static Shape, out: &mut Vec<(&'static Shape, &'static Shape)>) {
        if out.iter().any(|(_, s)| s.name == shape.name) {
            return;
        }
        out.push((kind, shape));
        for k in shape.keys {
            if let Value::One(s) | Value::Many(s) | Value::NamesOrOne(s) = k.value {
                below(kind, s, out);
            }
        }
    }
    let mut out = Vec::new();
    for (_, kind) in DOCUMENTS {
        below(kind, kind, &mut out);
    }
    out
}

#[test]
fn the_table_has_the_keys_of_the_reader() {
    let all = shapes();
    assert!(all.len() > 20, "{}", all.len());
    for (kind, shape) in all {
        let text = document(kind, shape, Change::None);
        read("a.yaml", &text).unwrap_or_else(|d| panic!("{}", d.render(&text)));
        let fault = read("a.yaml", &document(kind, shape, Change::Add)).unwrap_err();
        let help = fault.help.unwrap_or_default();
        let mut known: Vec<&str> = help.strip_prefix("clés connues ici : ").unwrap_or_else(|| panic!("{help}")).split(", ").collect();
        let mut table: Vec<&str> = shape.keys.iter().map(|k| k.name).collect();
        known.sort_unstable();
        table.sort_unstable();
        assert_eq!(table, known, "{}", shape.name);
        for Key { name, required, .. } in shape.keys {
            // The conditions of a rule are missed by the checker, not by the reader.
            let read = read("a.yaml", &document(kind, shape, Change::Drop(name)));
            let late = ["droit", "rupture", "conditions", "codes"].contains(name) && kind.name == shape.name;
            assert!(late || read.is_err() == *required, "{} : {name}, {read:?}", shape.name);
        }
    }
}

// --- rule files and the schema ---

/// A value against a schema; what is wrong with the first that does not fit. Only the words that `schema.json`
/// uses are known: another one is a fault of this test.
fn faults(schema: &Json, at: &Json, value: &Json, path: &str) -> Result<(), String> {
    let fail = |what: String| Err(format!("{path} : {what}"));
    for (word, said) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "title" | "description" | "$defs" => {}
            "$ref" => {
                let name = said.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                faults(&at["$defs"][name], at, value, path)?;
            }
            "anyOf" => {
                let tried: Vec<String> = said.as_array().unwrap().iter().filter_map(|s| faults(s, at, value, path).err()).collect();
                if tried.len() == said.as_array().unwrap().len() {
                    return fail(tried.join(" | "));
                }
            }
            "enum" if !said.as_array().unwrap().contains(value) => return fail(format!("{value} hors de {said}")),
            "const" if said != value => return fail(format!("{value} au lieu de {said}")),
            "enum" | "const" => {}
            "type" => {
                let is = |t: &Json| match t.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("type {other}"),
                };
                if !said.as_array().map_or_else(|| is(said), |all| all.iter().any(is)) {
                    return fail(format!("{value} n'est pas {said}"));
                }
            }
            "minimum" => {
                if value.as_i64().is_some_and(|v| v < said.as_i64().unwrap()) {
                    return fail(format!("{value} < {said}"));
                }
            }
            "pattern" => {
                if let Some(text) = value.as_str()
                    && !fits(said.as_str().unwrap(), text)
                {
                    return fail(format!("{text} ne suit pas {said}"));
                }
            }
            "required" => {
                if let Some(missing) = said.as_array().unwrap().iter().find(|k| value.get(k.as_str().unwrap()).is_none()) {
                    return fail(format!("il manque {missing}"));
                }
            }
            "properties" => {
                for (k, s) in said.as_object().unwrap() {
                    if let Some(v) = value.get(k) {
                        faults(s, at, v, &format!("{path}.{k}"))?;
                    }
                }
            }
            "additionalProperties" => {
                for (k, v) in value.as_object().into_iter().flatten().filter(|(k, _)| schema["properties"].get(k.as_str()).is_none()) {
                    if *said == Json::Bool(false) {
                        return fail(format!("clé {k} de trop"));
                    }
                    faults(said, at, v, &format!("{path}.{k}"))?;
                }
            }
            "items" => {
                for (i, v) in value.as_array().into_iter().flatten().enumerate() {
                    faults(said, at, v, &format!("{path}[{i}]"))?;
                }
            }
            other => panic!("mot inconnu de ce test : {other}"),
        }
    }
    Ok(())
}

/// The three patterns of the schema.
fn fits(pattern: &str, text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    match pattern {
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.iter().map(|p| p.len()).eq([4, 2, 2]) && parts.iter().all(|p| digits(p))
        }
        "^-?[0-9]+(\\.[0-9]{1,8})?$" => {
            let text = text.strip_prefix('-').unwrap_or(text);
            text.split_once('.').map_or_else(|| digits(text), |(w, p)| digits(w) && digits(p) && p.len() <= 8)
        }
        "^M([+-][0-9]+)?(\\.\\.M([+-][0-9]+)?)?$" => {
            let month = |t: &str| t.strip_prefix('M').is_some_and(|r| r.is_empty() || digits(r.trim_start_matches(['+', '-'])));
            text.split("..").all(month)
        }
        other => panic!("motif inconnu de ce test : {other}"),
    }
}

fn validate(f: &SourceFile) -> Result<(), String> {
    let schema: Json = serde_json::from_str(&schema::json()).unwrap();
    let value: Json = serde_saphyr::from_str(&f.text).map_err(|e| e.to_string())?;
    faults(&schema, &schema, &value, &f.name)
}

#[test]
fn rule_files_are_valid() {
    let mut paths = Vec::new();
    yaml_below(&root().join("fr"), &mut paths);
    assert!(paths.len() > 20);
    paths.extend(files_in("good", "yaml"));
    paths.extend(files_in("base", "yaml"));
    for p in paths {
        validate(&source(&p)).unwrap_or_else(|e| panic!("{} : {e}", p.display()));
    }
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let file = |text: String| SourceFile { name: "a.yaml".into(), text };
    for (kind, shape) in shapes() {
        // One name, either of a right or of a rupture.
        let text =
            |change| document(kind, shape, change).lines().filter(|l| !l.starts_with("rupture:")).map(|l| format!("{l}\n")).collect();
        validate(&file(text(Change::None))).unwrap_or_else(|e| panic!("{} : {e}", shape.name));
        assert!(validate(&file(text(Change::Add))).is_err(), "{} : une clé inconnue passe", shape.name);
        for k in shape.keys.iter().filter(|k| k.required) {
            assert!(validate(&file(text(Change::Drop(k.name)))).is_err(), "{} : sans {}", shape.name, k.name);
        }
    }
    let text = document(&RIGHT, &RIGHT, Change::None);
    assert!(validate(&file(text)).is_err(), "un droit et une rupture à la fois");
    for (before, after) in
        [("unite: personne", "unite: menage"), ("du: 2025-03-01", "du: 1er mars"), ("sur_demande: true", "sur_demande: oui")]
    {
        let text: String = document(&RIGHT, &RIGHT, Change::None).replace("rupture: couple\n", "");
        let changed = text.replace(before, after);
        assert!(changed != text && validate(&file(changed)).is_err(), "{after}");
    }
}
