//! What rules are and what they read, as tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder};
use recours_engine::foyers::column_name;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::pack::RightKind;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Variable;

use super::Table;
use crate::colonnes_utiles::besoins_de_toutes;
use crate::erreur::ErreurCommande;

/// A table of texts.
pub(super) fn table(colonnes: Vec<(&str, ArrayRef)>) -> Result<Table, ErreurCommande> {
    RecordBatch::try_from_iter(colonnes)
        .map(Table::d_un_lot)
        .map_err(|_| ErreurCommande::panne("E-INTERNE-002", "une réponse n'a pas pu être mise en table (défaut du programme)."))
}

/// A column of texts.
pub(super) fn textes<T: AsRef<str>>(valeurs: impl IntoIterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(valeurs.into_iter().collect::<StringArray>())
}

/// A column of lists of texts.
pub(super) fn listes<T: AsRef<str>>(valeurs: impl IntoIterator<Item = Vec<T>>) -> ArrayRef {
    let mut sortie = ListBuilder::new(StringBuilder::new());
    for liste in valeurs {
        for mot in liste {
            sortie.values().append_value(mot);
        }
        sortie.append(true);
    }
    Arc::new(sortie.finish())
}

pub(super) fn droits(pack: &Pack) -> Result<Table, ErreurCommande> {
    let r = &pack.rights;
    let nature = |k: RightKind| if k == RightKind::Droit { "droit" } else { "rupture" };
    table(vec![
        ("right", textes(r.iter().map(|r| Some(&r.id)))),
        ("label", textes(r.iter().map(|r| Some(&r.label)))),
        ("kind", textes(r.iter().map(|r| Some(nature(r.kind))))),
        ("unit", textes(r.iter().map(|r| Some(r.unit.to_string())))),
        ("body", textes(r.iter().map(|r| Some(&r.body)))),
        ("rule", textes(r.iter().map(|r| Some(r.rule())))),
        ("source", textes(r.iter().map(|r| Some(&r.source)))),
    ])
}

pub(super) fn colonnes(pack: &Pack, program: &Program) -> Result<Table, ErreurCommande> {
    let mut lues: BTreeMap<(Entity, String), (&Variable, BTreeSet<&str>)> = BTreeMap::new();
    for (fait, regles) in besoins_de_toutes(pack, program) {
        let Some(v) = pack.vocabulary.variables.get(fait.0) else { continue };
        let entree = lues.entry((v.entity, column_name(pack, fait))).or_insert((v, BTreeSet::new()));
        entree.1.extend(regles.iter().filter_map(|(r, _)| pack.rights.get(*r)).map(|r| r.id.as_str()));
    }
    let ou = |e: Entity| if e == Entity::Personne { "persons" } else { "households" };
    let unite = |v: &Variable| if let Type::Num(u) = v.ty { Some(u.name()) } else { None };
    let permis = |v: &Variable| -> Vec<String> {
        let liste = if let Type::Code(l) = v.ty { pack.vocabulary.lists.get(l) } else { None };
        liste.map(|l| l.written.iter().flat_map(|w| w.split(' ')).map(str::to_owned).collect()).unwrap_or_default()
    };
    table(vec![
        ("column", textes(lues.keys().map(|(_, nom)| Some(nom)))),
        ("table", textes(lues.keys().map(|(e, _)| Some(ou(*e))))),
        ("type", textes(lues.values().map(|(v, _)| Some(genre(v))))),
        ("unit", textes(lues.values().map(|(v, _)| unite(v)))),
        ("allowed", listes(lues.values().map(|(v, _)| permis(v)))),
        ("holders", listes(lues.values().map(|(v, _)| v.holders.clone()))),
        ("rights", listes(lues.values().map(|(_, r)| r.iter().copied().collect::<Vec<_>>()))),
    ])
}

/// What a column holds: `number`, `boolean`, `date`, `date_or_none` (an empty text is « known to be none »), `code`.
fn genre(v: &Variable) -> &'static str {
    match v.ty {
        Type::Bool => "boolean",
        Type::Num(_) | Type::Literal => "number",
        Type::Date { absent_possible: false } => "date",
        Type::Date { absent_possible: true } => "date_or_none",
        Type::Code(_) => "code",
    }
}
