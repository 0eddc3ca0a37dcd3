//! Random rule packs: shared computations, rights of persons and of foyers, a rupture, that read one another.

use super::expressions::{Kind, Named, Place, Writer};
use super::rng::Rng;
use super::vocabulary;
use recours_engine::plan::Program;
use recours_rules::date::{self, Days};
use recours_rules::{Pack, SourceFile};

/// A pack with what a failure must show to be reproduced.
pub struct Generated {
    pub pack: Pack,
    pub program: Program,
    /// The rule texts.
    pub text: String,
}

/// Days of evaluation: first and last days of a month, leap days, the months around the change of `plafond`.
const DAYS: [&str; 6] = ["2025-01-31", "2025-02-01", "2025-03-01", "2024-02-29", "2026-10-01", "2025-02-28"];

pub fn day(rng: &mut Rng) -> Days {
    date::parse(rng.pick(&DAYS)).unwrap()
}

fn here(person: bool, month: bool) -> Place {
    Place { person, month, window: false, folds: 0 }
}

fn formula(rng: &mut Rng, names: &[Named], kind: Kind, place: Place, depth: usize) -> String {
    let mut w = Writer { rng, names };
    match kind {
        Kind::Bool => w.bool(place, depth),
        Kind::Date => w.date(place, true, depth),
        k => w.number(k, place, depth),
    }
}

/// Computations, each of which may read the earlier ones; `prefix` qualifies their names for other files.
fn calcs(rng: &mut Rng, prefix: &str, default_person: bool, known: &mut Vec<Named>) -> String {
    let mut out = String::new();
    for i in 0..rng.below(5) {
        let kind = rng.pick(&[
            Kind::EuroMois,
            Kind::EuroMois,
            Kind::EuroAn,
            Kind::Euro,
            Kind::Nombre,
            Kind::Annees,
            Kind::Mois,
            Kind::Bool,
            Kind::Bool,
            Kind::Date,
        ]);
        let (person, monthly, depth) = (rng.percent(if default_person { 70 } else { 35 }), rng.percent(30), 1 + rng.below(4));
        let f = formula(rng, known, kind, here(person, monthly), depth);
        let name = format!("c{i}_{}", if prefix.is_empty() { "commun" } else { prefix });
        out += &format!(
            "  - {{ nom: {name}, {}, pour: {}, mensuel: {monthly}, formule: \"{f}\" }}\n",
            kind.declared(),
            if person { "personne" } else { "foyer" }
        );
        known.push(Named { name: if prefix.is_empty() { name } else { format!("{prefix}.{name}") }, kind, person, monthly });
    }
    out
}

fn right(rng: &mut Rng, id: &str, rupture: bool, known: &mut Vec<Named>) -> String {
    let person = rng.percent(40);
    let mut out = format!(
        "{}: {id}\nversion: \"1\"\nlibelle: \"{id}\"\norganisme: caf\nunite: {}\nsource: x\n",
        if rupture { "rupture" } else { "droit" },
        if person { "personne" } else { "foyer" }
    );
    let mut names = known.clone();
    let text = calcs(rng, id, person, &mut names);
    if !text.is_empty() {
        out += &format!("calculs:\n{text}");
    }
    let place = here(person, false);
    out += "conditions:\n";
    for i in 0..1 + rng.below(3) {
        let depth = rng.below(5);
        out += &format!("  - {{ id: k{i}, dit: \"k\", source: x, si: \"{}\" }}\n", formula(rng, &names, Kind::Bool, place, depth));
    }
    let amount = (!rupture && rng.percent(70)).then(|| rng.pick(&[Kind::EuroMois, Kind::EuroMois, Kind::EuroAn, Kind::Euro]));
    if let Some(kind) = amount {
        let depth = rng.below(5);
        out += &format!("montant: {{ {}, source: x, formule: \"{}\" }}\n", kind.declared(), formula(rng, &names, kind, place, depth));
        names.push(Named { name: format!("{id}.montant"), kind, person, monthly: false });
    }
    if rng.percent(60) {
        out += &format!("percu: \"{}\"\n", formula(rng, &names, Kind::Bool, place, 1));
    }
    if rupture {
        out += &format!("echeance: \"{}\"\n", formula(rng, &names, Kind::Date, place, 2));
        if rng.percent(50) {
            out += &format!("date_utile: \"{}\"\n", formula(rng, &names, Kind::Date, place, 2));
        } else {
            if rng.percent(50) {
                out += &format!("limite: \"{}\"\n", formula(rng, &names, Kind::Date, place, 2));
            }
            out += "delais: { en_ligne: delai_jours, papier: delai, guichet: delai_ouvres }\n";
        }
        if rng.percent(50) {
            out += &format!("deja_agi: \"{}\"\n", formula(rng, &names, Kind::Bool, place, 2));
        }
    }
    names.push(Named { name: format!("{id}.droit"), kind: Kind::Bool, person, monthly: false });
    *known = names;
    out
}

/// A pack whose text depends on `seed` alone.
///
/// A generated rule is well typed by construction: a refusal by the checker is a fault of one or the other.
pub fn generate(seed: u64) -> Generated {
    let mut rng = Rng::new(seed);
    let on = day(&mut rng);
    let mut known = Vec::new();
    let mut files = vocabulary::base();
    let mut add = |name: String, text: String| files.push(SourceFile { name, text });
    let shared = calcs(&mut rng, "", false, &mut known);
    if !shared.is_empty() {
        add("communs.yaml".into(), format!("calculs:\n{shared}"));
    }
    for id in ["da", "db", "dc"] {
        add(format!("{id}.yaml"), right(&mut rng, id, false, &mut known));
    }
    add("ra.yaml".into(), right(&mut rng, "ra", true, &mut known));
    let text = files.iter().skip(3).map(|f| format!("# {}\n{}", f.name, f.text)).collect::<String>();
    match Pack::build(&files, None, on) {
        Ok(pack) => {
            let program = Program::compile(&pack);
            Generated { pack, program, text: format!("# le {}\n{text}", date::format(on)) }
        }
        Err(faults) => {
            let shown: String =
                faults.iter().map(|d| d.render(files.iter().find(|f| f.name == d.file).map_or("", |f| f.text.as_str()))).collect();
            panic!("graine {seed} : le vérificateur refuse une règle bien typée\n{shown}")
        }
    }
}
