//! JSON Schema 2020-12 of rule files, for editors: made from [`crate::shape`].

use crate::shape::{DOCUMENTS, Key, RIGHT, Shape, VOCABULARY, Value};
use crate::types::Unit;
use serde_json::{Map, Value as Json, json};

/// The schema, as the text of `rules/schema.json`.
#[must_use]
pub fn json() -> String {
    let mut definitions = Map::new();
    let mut kinds = Vec::new();
    for (key, shape) in DOCUMENTS {
        if key == "codes" {
            continue;
        }
        // A right and a rupture have the same keys but for their name.
        let name = if std::ptr::eq(shape, &raw const RIGHT) { key } else { shape.name };
        let mut schema = object(shape, &mut definitions);
        if name == key && shape.name == RIGHT.name {
            named(&mut schema, key);
        }
        kinds.push(json!({ "$ref": format!("#/$defs/{name}") }));
        definitions.insert(name.into(), schema);
    }
    let all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fichier de règles de Recours",
        "description": format!("Une règle, des calculs, des paramètres, un vocabulaire, une démarche, des services ou une variante. {}", VOCABULARY.says),
        "anyOf": kinds,
        "$defs": definitions,
    });
    format!("{all:#}\n")
}

/// Keeps the one name of a right or of a rupture, and asks for it.
fn named(schema: &mut Json, key: &str) {
    let other = if key == "droit" { "rupture" } else { "droit" };
    if let Some(p) = schema.get_mut("properties").and_then(Json::as_object_mut) {
        p.remove(other);
    }
    if let Some(r) = schema.get_mut("required").and_then(Json::as_array_mut) {
        r.insert(0, key.into());
        if key == "rupture" {
            r.push("echeance".into());
        }
    }
}

fn object(shape: &Shape, definitions: &mut Map<String, Json>) -> Json {
    let required: Vec<&str> = shape.keys.iter().filter(|k| k.required).map(|k| k.name).collect();
    let mut properties = Map::new();
    for k in shape.keys {
        properties.insert(k.name.into(), property(k, definitions));
    }
    json!({ "type": "object", "description": shape.says, "properties": properties, "required": required, "additionalProperties": false })
}

fn property(key: &Key, definitions: &mut Map<String, Json>) -> Json {
    let mut schema = value(key.value, definitions);
    if let Some(s) = schema.as_object_mut() {
        s.insert("description".into(), key.says.into());
    }
    schema
}

fn reference(shape: &Shape, definitions: &mut Map<String, Json>) -> Json {
    if !definitions.contains_key(shape.name) {
        // Reserved first: a shape may hold itself.
        definitions.insert(shape.name.into(), Json::Null);
        let schema = object(shape, definitions);
        definitions.insert(shape.name.into(), schema);
    }
    json!({ "$ref": format!("#/$defs/{}", shape.name) })
}

/// A decimal written bare is a number for YAML; between quotes it is a text.
fn decimal() -> Json {
    json!({ "type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]{1,8})?$" })
}

fn value(v: Value, definitions: &mut Map<String, Json>) -> Json {
    // Facts of a case: `vrai` and codes are texts, amounts are numbers, for YAML.
    let fact = json!({ "type": ["string", "number", "boolean"] });
    match v {
        Value::Name | Value::Sentence => json!({ "type": "string" }),
        Value::Word(words) => json!({ "enum": words }),
        Value::Unit => json!({ "enum": Unit::NAMES.map(|u| u.0) }),
        // A lone number is a formula too.
        Value::Expression => json!({ "type": ["string", "number"] }),
        Value::Window => json!({ "type": "string", "pattern": "^M([+-][0-9]+)?(\\.\\.M([+-][0-9]+)?)?$" }),
        Value::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Value::Number => decimal(),
        Value::NumberOrDate => json!({ "anyOf": [decimal(), { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }] }),
        Value::Bound => json!({ "anyOf": [decimal(), { "const": "aucun" }] }),
        Value::Count => json!({ "type": "integer", "minimum": 0 }),
        Value::Flag => json!({ "type": "boolean" }),
        Value::One(shape) => reference(shape, definitions),
        Value::Many(shape) => json!({ "type": "array", "items": reference(shape, definitions) }),
        Value::NameOrNames => json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] }),
        Value::NamesOrOne(shape) => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
            reference(shape, definitions),
        ] }),
        Value::Names => json!({ "type": "array", "items": fact }),
        Value::Sentences => json!({ "type": "array", "items": { "type": "string" } }),
        Value::Entries => json!({ "anyOf": [
            { "type": "array", "items": decimal() },
            { "type": "object", "additionalProperties": decimal() },
        ] }),
        Value::Facts => json!({ "type": "object", "additionalProperties": fact }),
        Value::People => json!({ "type": "array", "items": { "type": "object", "additionalProperties": fact } }),
    }
}
