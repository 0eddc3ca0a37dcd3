//! Hostile rule files end with a diagnostic, on a small stack and without the work growing out of hand.
//!
//! Each takes less than a second on an idle machine (`-- hostile --nocapture` prints the times); the clock asserted
//! leaves room for a busy one. What would not end, or end the process by a full stack, does not pass.

use recours_rules::{Diagnostic, Pack, SourceFile, date, parser};
use std::time::{Duration, Instant};

const VOCABULARY: &str = include_str!("base/vocabulaire.yaml");
/// Work that grows out of hand takes longer.
const LONG: Duration = Duration::from_secs(20);

const PARAMETERS: &str = include_str!("base/parametres.yaml");

/// Builds on a thread whose stack is small: a recursion without bound would end the process.
fn build(text: String) -> Result<Pack, Vec<Diagnostic>> {
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    let files = vec![file("vocabulaire.yaml", VOCABULARY), file("parametres.yaml", PARAMETERS), file("hostile.yaml", &text)];
    let work = move || Pack::build(&files, None, date::parse("2025-03-01").unwrap());
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

fn refused(text: String, code: &str) {
    // The formatter refuses it too, or writes it again: it is no less robust than the reader.
    let _ = recours_rules::format::format("hostile.yaml", &text);
    let (begun, length) = (Instant::now(), text.len());
    let faults = build(text).expect_err("refusé");
    let took = begun.elapsed();
    println!("{length:>9} octets : {:>5} ms, {}", took.as_millis(), faults.first().map_or("", |d| d.code));
    assert!(took < LONG, "{took:?}");
    assert!(faults.iter().any(|d| code.split('|').any(|c| c == d.code)), "{:?}", faults.first());
    for d in &faults {
        assert!(d.message.len() < 2_000, "un message n'est pas un fichier");
    }
}

fn condition(si: &str) -> String {
    format!(
        "droit: essai\nversion: \"1\"\nlibelle: e\norganisme: caf\nunite: foyer\nsource: x\nconditions:\n  - {{ id: c, dit: c, source: x, si: \"{si}\" }}\n"
    )
}

#[test]
fn alias_bomb() {
    let mut text = String::from("parametres:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        text += &format!("  - &a{i} [*a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}]\n", p = i - 1);
    }
    refused(text, "R-006");
    refused("codes: &a [*a]\nvariables: []\n".into(), "R-006");
    let doubled: String = (1..60).map(|i| format!("a{i}: &b{i} [*b{p}, *b{p}]\n", p = i - 1)).collect();
    refused(format!("calculs: &b0 [x, x]\n{doubled}"), "R-006");
}

#[test]
fn deep_nesting() {
    for n in [30, 1_000, 40_000] {
        // Deep enough, or not closed: whichever is seen first.
        refused(format!("parametres: {}", "[".repeat(n)), "R-002|R-007");
        refused(format!("parametres: {}{}", "{a: ".repeat(n), "}".repeat(n)), "R-002|R-007");
        refused(format!("droit: a\nce_que_cela_engage: {}{}", "[".repeat(n), "]".repeat(n)), "R-002|R-007");
        refused(condition(&"(".repeat(n.max(100))), "R-019");
        refused(condition(&("non ".repeat(n.max(100)) + "couple")), "R-019");
        refused(condition(&("min(".repeat(n.max(100)) + "loyer")), "R-019");
        refused(condition(&("si couple alors ".repeat(n.max(100)) + "couple")), "R-019");
    }
    let blocks: String = (0..5_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    refused(format!("calculs:\n{}", &blocks[..blocks.len().min(900_000)]), "R-002|R-007");
}

#[test]
fn long_chains() {
    for op in ["+", "-", "*", "/"] {
        refused(condition(&format!("loyer {}> 0", format!("{op} loyer ").repeat(50_000))), "R-019");
    }
    for op in ["et", "ou"] {
        refused(condition(&format!("couple {}", format!("{op} couple ").repeat(50_000))), "R-019");
    }
    refused(condition(&format!("min({}0) > 0", "loyer, ".repeat(50_000))), "R-019");
    refused(condition(&format!("loyer{} > 0", "[M]".repeat(50_000))), "R-019");
    refused(condition(&format!("a{}", ".a".repeat(50_000))), "R-019");
    // The longest that is accepted also goes through on that stack, formula above formula.
    let deep = format!("couple {}", "ou couple ".repeat(199));
    assert!(parser::parse(&deep).is_ok());
    assert!(build(condition(&deep)).is_ok());
    let long = |i: usize| {
        let first = if i == 0 { "1".to_owned() } else { format!("c{}", i - 1) };
        format!("  - {{ nom: c{i}, unite: nombre, formule: \"{first}{}\" }}\n", " + 1".repeat(190))
    };
    assert!(build(format!("calculs:\n{}", (0..3).map(long).collect::<String>())).is_ok());
    refused(format!("calculs:\n{}", (0..4).map(long).collect::<String>()), "R-033");
}

#[test]
fn long_chains_of_computations_and_of_facts() {
    let calc = |i: usize| format!("  - {{ nom: c{}, unite: nombre, formule: \"c{i} + 1\" }}\n", i + 1);
    let calcs: String = (0..12_000).map(calc).collect();
    refused(format!("calculs:\n  - {{ nom: c0, unite: nombre, formule: \"1\" }}\n{calcs}"), "R-033");
    let fact = |i: usize| {
        let from = if i == 0 { "couple".into() } else { format!("f{p} et f{p}", p = i - 1) };
        format!("  - {{ nom: f{i}, dit: f, pour: foyer, type: booleen, classe: social, derive: \"{from}\" }}\n")
    };
    refused(format!("variables:\n{}", (0..5_000).map(fact).collect::<String>()), "R-033");
    // Each fact reads the one before twice: the work must not double at each.
    assert!(build(format!("variables:\n{}", (0..100).map(fact).collect::<String>())).is_ok());
}

#[test]
fn windows_within_windows_do_not_multiply() {
    let nested = |n: usize| "somme_mois(M-240..M+240, ".repeat(n) + "loyer" + &")".repeat(n) + " > 0";
    refused(condition(&nested(20)), "R-026");
    assert!(build(condition(&nested(1))).is_ok());
    refused(condition("somme_mois(M-100000000..M, loyer) > 0"), "R-019");
}

#[test]
fn huge_numbers_and_names() {
    refused(condition(&format!("loyer > {}", "9".repeat(500_000))), "R-019");
    refused(condition(&format!("loyer > 0.{}", "9".repeat(500_000))), "R-019");
    refused(condition(&format!("loyer[M-{}] > 0", "9".repeat(30))), "R-019");
    refused(condition(&"n".repeat(300_000)), "R-020");
    let parameter = |value: &str| {
        format!("parametres:\n  - {{ nom: p, dit: p, unite: nombre, valeurs: [ {{ du: 2020-01-01, valeur: {value}, source: x }} ] }}\n")
    };
    for value in [
        "9".repeat(500_000),
        format!("0.{}", "0".repeat(500_000)),
        "1e400".into(),
        "-1e-400".into(),
        ".inf".into(),
        "0x7fffffffffffffff".into(),
        "92233720368.54775808".into(),
    ] {
        refused(parameter(&value), "R-015");
    }
    let born = |years: &str| {
        format!(
            "parametres:\n  - {{ nom: p, dit: p, unite: mois, par_generation: true, valeurs: [ {{ du: 2020-01-01, generations: [ {{ ans: {years}, mois: 0 }} ], source: x }} ] }}\n"
        )
    };
    for years in ["99999999999999999999", "-1", "65536", "1.5"] {
        refused(born(years), "R-002");
    }
    // Many unknown names among many known ones.
    let calc = |i: usize| format!("  - {{ nom: calcul_{i}, unite: nombre, formule: \"calcul_x{i}\" }}\n");
    refused(format!("calculs:\n{}", (0..12_000).map(calc).collect::<String>()), "R-020");
}

#[test]
fn large_files_and_other_bytes() {
    refused("# rien\n".repeat(430_000), "R-001");
    refused("a".repeat(3_000_000), "R-001");
    refused("x".repeat(10_000_000), "R-001");
    refused(condition("couple") + &"# rien\n".repeat(1_500_000), "R-001");
    for c in ["\u{0}", "\u{feff}", "\u{1b}", "\u{7f}", "\u{85}"] {
        refused(c.repeat(300_000), "R-008");
        refused(format!("{c}{}", condition("couple")), "R-008");
        refused(condition(&format!("cou{c}ple")), "R-008");
    }
    refused("calculs:\n".to_owned() + &"- \u{feff}\n".repeat(100_000), "R-008");
    refused(format!("calculs:\n{}", "- []\n".repeat(190_000)), "R-002");
    refused(format!("droit: a\nce_que_cela_engage: [{}]\n", "a,".repeat(390_000)), "R-007");
    // As many keys as fit.
    let keys: String = (0..80_000).map(|i| format!("k{i}: 1\n")).collect();
    refused(format!("calculs: []\n{keys}"), "R-002");
    let keys: String = (0..70_000).map(|i| format!("k{i}: 1, ")).collect();
    refused(format!("calculs: [{{ {keys} }}]\n"), "R-002");
    refused(condition("couple") + &"droit: x\n".repeat(90_000), "R-002");
    refused("calculs: \"".to_owned() + &"x".repeat(900_000), "R-002");
    refused("droit: !!binary x\n".into(), "R-002");
    refused("droit: 1\n---\ndroit: 2\n".into(), "R-002");
    refused(String::new(), "R-003");
}
