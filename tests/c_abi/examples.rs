//! The examples that the documentation quotes: built as it says, run, and held against the command line.

use std::process::Command;

use super::compile::{BOTH, Program, read, root, succeeded};

#[test]
fn the_smallest_example_says_which_library_it_met() {
    for link in BOTH {
        let output = Program::build("crates/ffi/examples/version.c", link).runs::<&str>(&[]);
        let wanted = format!("recours {}, interface 2\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{link:?}");
    }
}

const NATURES: [&str; 6] = ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"];
const AMOUNTS: &str = "pension_alimentaire_percue_mensuelle,revenus_locatifs_mensuels,revenus_capital_mensuels,livret_a,\
                       epargne_non_imposable,recu_aah,recu_caah,recu_ass,recu_asi";
const HOUSEHOLDS: &str = "\
household_id,statut_occupation,participation_frais,recu_rsa,recu_aide_logement,recu_af,recu_cf,recu_paje_base
f1,loge_gratuitement,false,0,0,0,0,0
f2,loge_gratuitement,false,0,0,0,0,0
";

/// The persons of `evaluate.c`, as a file.
fn persons() -> String {
    let months: Vec<String> = NATURES.iter().flat_map(|n| (0..8).map(move |m| format!("{n}_m{m:02}"))).collect();
    let known = "person_id,household_id,role,date_naissance,activite,condition_sejour_rsa,enceinte";
    let mut text = format!("{known},{},{AMOUNTS}\n", months.join(","));
    for (person, wage) in [
        ("p1,f1,demandeur,1995-01-01,inactif,true,false", "300,"),
        ("p2,f2,demandeur,1986-01-01,actif,true,false", "1400,"),
        ("p3,f2,conjoint,1987-01-01,chomeur,true,", ","),
    ] {
        text += &format!("{person},{}{}0\n", wage.repeat(8), "0,".repeat(5 * 8 + 8));
    }
    text
}

#[test]
fn the_answers_are_those_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (persons, households, out) = (folder.path().join("p.csv"), folder.path().join("h.csv"), folder.path().join("o.csv"));
    std::fs::write(&persons, self::persons()).unwrap();
    std::fs::write(&households, HOUSEHOLDS).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recours"));
    command.args(["evaluate", "--rules", "rules/fr", "--on", "2026-10-01", "--persons"]).arg(persons);
    command.arg("--households").arg(households).arg("--out").arg(&out).current_dir(root());
    succeeded("recours evaluate", command.output().unwrap());
    let answers = std::fs::read_to_string(out).unwrap();
    let mut rows = csv_rows(&answers);
    let header = rows.remove(0);
    let place = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let amount = |cell: &str| cell.parse().map_or_else(|_| "?".to_owned(), |v: f64| format!("{v:.2}"));
    let wanted: Vec<String> = rows
        .iter()
        .map(|r| {
            let text = |name: &str| r[place(name)].clone();
            let (low, high) = (amount(&r[place("amount_low")]), amount(&r[place("amount_high")]));
            format!("{} {} {} {low} {high} {}", text("household_id"), text("right"), text("entitled"), text("period"))
        })
        .collect();
    assert!(wanted.iter().any(|l| l.starts_with("f1 rsa oui ")), "{wanted:#?}");
    assert!(wanted.iter().any(|l| l.contains(" inconnu ")), "{wanted:#?}");
    for link in BOTH {
        let output = Program::build("crates/ffi/examples/evaluate.c", link).runs::<&str>(&[]);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.lines().collect::<Vec<_>>(), wanted, "{link:?}");
    }
}

/// Cells of a CSV whose texts may be between quotes.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ';' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    text.lines().map(cells).collect()
}

#[cfg(feature = "complet")]
#[test]
fn a_mission_run_from_c_finds_what_the_command_line_finds() {
    for link in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join("mission").join(name);
        let recours = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_recours")).args(arguments).current_dir(folder.path()).output();
        let made = recours(&["demo", "--petite", "--persons", "300", "--seed", "3", "--out", "mission"]);
        succeeded("recours demo", made.unwrap());

        let output = Program::build("crates/ffi/examples/seal_link_detect.c", link).runs(&[place("mission.toml")]);
        let printed = String::from_utf8(output.stdout).unwrap();
        let (plan, found) = printed.strip_prefix("each body brings:\n").and_then(|p| p.split_once("found:\n")).expect(&printed);
        assert_eq!(plan, "caf rsa_en_paiement c2s_allocataires_rsa\ncpam c2s_ouverte c2s_allocataires_rsa\n", "{link:?}");
        let rows: Vec<&str> = found.lines().collect();
        assert_eq!(rows.len(), 9, "{found}");
        assert!(rows[..8].iter().all(|r| r.starts_with("non_recours c2s_allocataires_rsa c2s_allocataires_rsa@")), "{found}");
        assert_eq!(rows[8], "8 findings, a receipt of many bytes, progress told on the way");

        // The same deliveries and the same linkage, detected by the command line: the same bytes.
        let by_c = std::fs::read(place("host/findings.parquet")).unwrap();
        succeeded("recours detect", recours(&["detect", "mission/mission.toml"]).unwrap());
        assert!(by_c == std::fs::read(place("host/findings.parquet")).unwrap(), "{link:?}: other findings");
    }
}

#[test]
fn every_block_of_the_documentation_is_a_piece_of_an_example() {
    let page = read("docs/embed-c.md");
    let examples: Vec<String> =
        ["version.c", "evaluate.c", "seal_link_detect.c", "table_in.h"].map(|name| read(&format!("crates/ffi/examples/{name}"))).into();
    let mut blocks = 0;
    let mut rest = page.as_str();
    while let Some((_, after)) = rest.split_once("```c\n") {
        let (block, end) = after.split_once("```").expect("the block ends");
        assert!(examples.iter().any(|e| e.contains(block)), "docs/embed-c.md quotes what no example says:\n{block}");
        (blocks, rest) = (blocks + 1, end);
    }
    assert!(blocks >= 6, "{blocks} blocks only");
}
