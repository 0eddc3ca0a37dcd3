//! The second door to the same rules: what croise finds is what `recours evaluate --validation` answers on the same facts,
//! joined by the test.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type};
use recours_tables::{ecrire_parquet, lire_table};

use super::banc::{Banc, Cellules, Ligne, Table, dit, recours};
use super::population::{Personne, banc, tirer};

fn hexa(cle: u128) -> String {
    format!("{cle:032x}")
}

/// Persons and households as `evaluate` takes them.
fn tables(gens: &[Personne]) -> (Table, Table, BTreeMap<u128, Option<i64>>) {
    let mut recues: BTreeMap<u128, Option<i64>> = BTreeMap::new();
    for p in gens {
        let dite = recues.entry(p.foyer).or_default();
        *dite = dite.or(p.recue);
    }
    let textes = |f: &dyn Fn(&Personne) -> Option<String>| Cellules::Textes(gens.iter().map(f).collect());
    let mut personnes = Table::default();
    personnes.colonne("person_id", textes(&|p| Some(hexa(p.cle))));
    personnes.colonne("household_id", textes(&|p| Some(hexa(p.foyer))));
    let roles = ["", "demandeur", "conjoint", "enfant"];
    personnes.colonne("role", textes(&|p| Some(roles[p.role as usize].into())));
    personnes.colonne("date_naissance", Cellules::Dates(gens.iter().map(|p| p.ne_le).collect()));
    let euros = |c: i64| format!("{}.{:02}", c / 100, c % 100);
    personnes.colonne("salaire", textes(&|p| p.revenus.and_then(|r| r.0).map(euros)));
    personnes.colonne("situation", textes(&|p| p.revenus.and_then(|r| r.1).map(str::to_owned)));
    personnes.colonne("connu", Cellules::Vrais(gens.iter().map(|p| Some(p.revenus.is_some())).collect()));
    let mut foyers = Table::default();
    foyers.colonne("household_id", Cellules::Textes(recues.keys().map(|f| Some(hexa(*f))).collect()));
    foyers.colonne("recue", Cellules::Textes(recues.values().map(|r| r.map(euros)).collect()));
    (personnes, foyers, recues)
}

fn ecrire(banc: &Banc, nom: &str, table: &Table) {
    let lot = table.lot();
    ecrire_parquet(banc.chemin(nom), &lot.schema(), &[lot]).unwrap();
}

fn textes(lot: &RecordBatch, colonne: &str) -> Vec<Option<String>> {
    let c = arrow::compute::cast(&lot[colonne], &DataType::Utf8).unwrap();
    c.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect()
}

/// What croise must write, from the answers of `evaluate`.
fn attendues(banc: &Banc, gens: &[Personne], recues: &BTreeMap<u128, Option<i64>>) -> BTreeSet<Ligne> {
    let lot = lire_table(banc.chemin("reponses.parquet")).unwrap().tout().unwrap();
    let lot = lot.lot();
    let foyers = textes(lot, "household_id");
    let (droits, verdicts) = (textes(lot, "right"), textes(lot, "entitled"));
    let haut = lot["amount_high"].as_primitive::<Float64Type>();
    let cle = |t: &Option<String>| t.as_ref().map(|t| u128::from_str_radix(t, 16).unwrap());
    let mut attendues = BTreeSet::new();
    for i in 0..lot.num_rows() {
        let unit = cle(&foyers[i]).unwrap();
        let droit = droits[i].clone().unwrap();
        if droit == "carte" {
            continue;
        }
        let recu = if droit == "bon" { Some(0) } else { recues[&unit] };
        if verdicts[i].as_deref() == Some("non") || recu.is_some_and(|r| r > 0) {
            continue;
        }
        let sur = verdicts[i].as_deref() == Some("oui") && recu.is_some();
        let bande = |h: f64| 1 + i8::from(h >= 50.0) + i8::from(h >= 150.0);
        attendues.insert(Ligne {
            unit,
            degre: if sur { "certain" } else { "possible" }.into(),
            tranche: (droit == "aide").then(|| if haut.is_null(i) { 3 } else { bande(haut.value(i)) }),
            enfants: Some(gens.iter().filter(|p| p.foyer == unit && p.role == 3).count() as i32),
            droit,
        });
    }
    attendues
}

#[test]
fn croise_trouve_ce_que_evaluate_repond() {
    for graine in [1, 2, 3] {
        let gens = tirer(400, graine);
        let banc = banc(&gens);
        let (personnes, foyers, recues) = tables(&gens);
        ecrire(&banc, "p.parquet", &personnes);
        ecrire(&banc, "f.parquet", &foyers);
        let commande = ["evaluate", "--rules", "regles", "--on", "2026-03-01", "--persons", "p.parquet", "--households", "f.parquet"];
        let faite = recours(banc.dossier.path(), &[&commande[..], &["--out", "reponses.parquet", "--validation"]].concat());
        assert_eq!(faite.status.code(), Some(0), "{}", dit(&faite));
        let attendues = attendues(&banc, &gens, &recues);
        assert!(attendues.iter().any(|l| l.degre == "certain") && attendues.iter().any(|l| l.degre == "possible"));
        let faite = banc.croiser(&["--out", "r.parquet", "--parties", "8"]);
        assert_eq!(faite.status.code(), Some(0), "{}", dit(&faite));
        let trouvees = banc.lignes("r.parquet");
        assert_eq!(trouvees.len(), attendues.len());
        for l in &trouvees {
            assert!(attendues.contains(l), "{l:?} n'est pas ce que répond evaluate (graine {graine})");
        }
    }
}
