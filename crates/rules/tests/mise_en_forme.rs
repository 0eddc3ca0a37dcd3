//! `recours fmt`: one layout, the same meaning, the same comments.

use crate::diagnostics::{expect, files_in, source, yaml_below};
use proptest::prelude::*;
use recours_rules::format::{expression, format};
use recours_rules::{Pack, SourceFile, date, lexer, parser};
use std::path::{Path, PathBuf};

/// Debug text without the places in files, which a layout changes.
fn without_places(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut skipped = 0usize;
    for c in text.chars() {
        match c {
            '{' if skipped > 0 || out.ends_with("Location ") || out.ends_with("Span ") => skipped += 1,
            '}' if skipped > 0 => skipped -= 1,
            c if skipped == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Everything that a pack says.
fn portrait(files: &[SourceFile], overlay: Option<&SourceFile>) -> String {
    let p = Pack::build(files, overlay, date::parse("2026-10-01").unwrap()).unwrap_or_else(|faults| {
        let shown = faults.iter().map(|d| d.render(files.iter().find(|f| f.name == d.file).map_or("", |f| &f.text)));
        panic!("{}", shown.collect::<String>())
    });
    let parts = (p.on, p.role, &p.vocabulary.variables, &p.vocabulary.lists, &p.parameters.all, &p.calcs);
    let catalogue = (&p.catalogue.procedures, &p.catalogue.lines, &p.catalogue.sentences);
    without_places(&format!("{parts:#?}\n{:#?}\n{:#?}\n{:#?}\n{catalogue:#?}", p.rights, p.waiting, p.derived))
        // The text of a derived fact is kept beside its checked form.
        .lines()
        .filter(|l| !l.trim_start().starts_with("value: \""))
        .collect::<Vec<_>>()
        .join("\n")
}

fn formatted(f: &SourceFile) -> SourceFile {
    let text = format(&f.name, &f.text).unwrap_or_else(|d| panic!("{}", d.render(&f.text)));
    SourceFile { name: f.name.clone(), text }
}

#[test]
fn one_layout() {
    for path in files_in("forme", "yaml") {
        let f = source(&path);
        let shown = formatted(&f).text;
        expect(&path, &shown);
        assert_eq!(format(&f.name, &shown).unwrap(), shown);
        assert!(shown.lines().all(|l| l.chars().count() <= 130 && l.trim_end() == l), "{shown}");
    }
}

#[test]
fn line_ends_of_another_system_are_no_difference() {
    let f = source(&files_in("forme", "yaml")[0]);
    let (unix, other) = (format(&f.name, &f.text).unwrap(), format(&f.name, &f.text.replace('\n', "\r\n")).unwrap());
    assert_eq!(unix, other);
}

#[test]
fn the_rules_of_france_mean_the_same_once_laid_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/fr");
    let mut paths = Vec::new();
    yaml_below(&root, &mut paths);
    paths.sort();
    let file = |p: &PathBuf| SourceFile { name: p.display().to_string(), text: std::fs::read_to_string(p).unwrap() };
    let (overlays, pack): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|p| p.components().any(|c| c.as_os_str() == "variantes"));
    let before: Vec<SourceFile> = pack.into_iter().map(file).collect();
    let after: Vec<SourceFile> = before.iter().map(formatted).collect();
    assert!(before.len() > 20 && !overlays.is_empty());
    assert_eq!(portrait(&before, None), portrait(&after, None));
    for o in overlays {
        let o = file(o);
        assert_eq!(portrait(&before, Some(&o)), portrait(&after, Some(&formatted(&o))));
    }
}

#[test]
fn what_it_cannot_write_again_is_refused() {
    let right = |body: &str| format!("droit: a\nversion: \"1\"\nlibelle: a\norganisme: caf\nunite: foyer\nsource: x\nconditions:\n{body}");
    let clause = "  - { id: c, dit: c, source: x, si: \"vrai\" }\n";
    assert!(format("a.yaml", &right(clause)).is_ok());
    for (text, code) in [
        (right("  - { id: c, # clause\n      dit: c, source: x, si: \"vrai\" }\n"), "R-070"),
        (right("  - { id: c, dit: c, source: x,\n      # sens\n      si: \"vrai\" }\n"), "R-070"),
        (right(clause).replace("libelle: a", "libelle: !!str a"), "R-070"),
        (right(clause).replace("\"vrai\"", "\"couple ou ?\""), "R-019"),
        (right(clause).replace("libelle", "libele"), "R-002"),
        ("a: [".into(), "R-003"),
        (String::new(), "R-003"),
    ] {
        let refused = format("a.yaml", &text).unwrap_err();
        assert_eq!(refused.code, code, "{text}\n{refused:?}");
    }
}

/// Texts that YAML or this language would read otherwise without quotes, and the reverse.
#[test]
fn texts_stay_texts() {
    let case = |facts: &str| {
        format!(
            "droit: a\nversion: \"1\"\nlibelle: a\norganisme: caf\nunite: foyer\nsource: x\nconditions:\n  - {{ id: c, dit: c, source: x, si: \"vrai\" }}\ncas:\n  - {{ nom: n, le: 2025-03-01, personnes: [ {facts} ], attendu: {{ droit: oui }} }}\n"
        )
    };
    for (facts, shown) in [
        ("{ commune: \"01004\" }", "commune: \"01004\""),
        ("{ commune: 01004 }", "commune: \"01004\""),
        ("{ commune: \"2A004\" }", "commune: \"2A004\""),
        ("{ montant: 10.50 }", "montant: 10.50"),
        ("{ naissance: \"1990-01-01\" }", "naissance: 1990-01-01"),
        ("{ a: \"true\" }", "a: \"true\""),
        ("{ a: \"null\" }", "a: \"null\""),
        ("{ a: '- b' }", "a: \"- b\""),
        ("{ a: \"\" }", "a: \"\""),
        ("{ a: 1e5 }", "a: \"1e5\""),
        ("{ a: oui }", "a: oui"),
    ] {
        let out = format("a.yaml", &case(facts)).unwrap_or_else(|d| panic!("{}", d.render(&case(facts))));
        assert!(out.contains(&format!("- {{ {shown} }}")), "{facts} : {out}");
    }
}

// --- expressions ---

fn expr() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "couple",
        "loyer",
        "1.50",
        "0",
        "vrai",
        "2025-03-01",
        "rsa.montant",
        "salaire_net[M-1]",
        "bmaf[janvier N-2]",
        "(zone = z1)",
        "(zone dans (z1,z2))",
        "(loyer entre 1 et plafond)",
        "somme_mois(M-4..M-2, salaire_net[m-1])",
        "debut[M]",
        "-loyer",
        "un_nom_de_calcul_assez_long_pour_que_les_lignes_se_remplissent_vite",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 60, 3, |inner| {
        let op = prop::sample::select(vec!["+", "-", "*", "/", "et", "ou", "<=", "<>", ","]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| match op {
                "," => format!("min({a},{b})"),
                "<=" | "<>" => format!("({a}){op}({b})"),
                _ => format!("{a} {op} {b}"),
            }),
            inner.clone().prop_map(|a| format!("(non {a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(si {a} alors {b} sinon {c})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(si {a} alors {b} sinon si {c} alors {a} sinon {b})")),
        ]
    })
}

fn words(text: &str) -> Vec<lexer::Token> {
    lexer::tokens(text).unwrap().into_iter().map(|t| t.0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]
    #[test]
    fn expressions_keep_their_words(e in expr(), top in 0..4, width in 20usize..130) {
        // Words that need no parentheses at the top.
        let e = match top {
            0 => format!("si zone = z1 alors {e} sinon si couple alors 1 sinon {e}"),
            1 => format!("non {e}"),
            2 => format!("zone dans (z1 , z2) ou loyer entre 1 et {e}"),
            _ => e,
        };
        prop_assume!(parser::parse(&e).is_ok());
        let lines = expression::lines(&e, width).unwrap();
        let joined = lines.join("\n");
        prop_assert_eq!(words(&joined), words(&e));
        prop_assert_eq!(expression::lines(&joined, width).unwrap(), lines.clone());
        prop_assert_eq!(expression::one_line(&joined).unwrap(), expression::one_line(&e).unwrap());
        // A line longer than the width holds what cannot be broken: no operator stands outside its parentheses.
        prop_assert!(lines.iter().all(|l| l.trim_end() == l && !l.trim().is_empty()));
        // What fits is not broken.
        if expression::one_line(&e).unwrap().chars().count() <= width {
            prop_assert_eq!(lines.len(), 1);
        }
    }
}

// --- documents ---

/// A condition that checks, written with more or fewer spaces.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "couple",
        "non couple",
        "loyer  >  plafond",
        "zone=z1",
        "zone dans ( z1 , z3 )",
        "existe(adultes,enceinte)",
        "compte( enfants )>=1.0",
        "somme(membres,moyenne_mois( mois_reference,salaire_net[ m ] )) <= plafond*bareme(compte(membres))",
        "tous(adultes, aucun(fin_droits) ou fin_droits > fin[ M+1 ])",
        "existe(adultes, age(date_naissance,debut[M]) entre age_minimal et 64)",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} et {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}   ou {b})")),
            inner.clone().prop_map(|a| format!("non({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(si {a} alors {b} sinon faux)")),
        ]
    })
}

/// How an author may write a text.
fn quoted(text: &str, how: u8) -> String {
    match how % 4 {
        0 => format!("'{}'", text.replace('\'', "''")),
        1 => format!(">-\n      {text}"),
        2 => format!("|-\n      {text}"),
        _ => format!("\"{text}\""),
    }
}

#[derive(Debug, Clone)]
struct Clause {
    si: String,
    dit: String,
    how: Vec<u8>,
}

fn clause() -> impl Strategy<Value = Clause> {
    let dit = prop::sample::select(vec![
        "Vivre seul",
        "L'âge : 25 ans, ou moins",
        "Ne pas être # étudiant",
        "- tiret",
        "Une phrase bien longue, qui dit tout ce que la loi demande sans rien oublier, et qui ne tient donc pas sur une seule ligne du fichier",
    ]);
    (condition(), dit, prop::collection::vec(any::<u8>(), 10)).prop_map(|(si, dit, how)| Clause { si, dit: dit.into(), how })
}

fn document(clauses: &[Clause], how: &[u8]) -> String {
    let at = |i: usize| how[i % how.len()];
    let mut keys: Vec<(u8, String)> = vec![
        (at(0), "droit: aide\n".into()),
        (at(1), "version: '2025-1'\n".into()),
        (at(2), "libelle: Aide d'essai # pour les personnes\n".into()),
        (at(3), "organisme: \"caf\"\n".into()),
        (at(4), "unite: foyer\n".into()),
        (at(5), "# le texte\nsource: Loi\n".into()),
        (at(6), "\n\npercu: recu_aide   > 0\n".into()),
        (at(7), "montant: { formule: 'arrondi(plafond,0.01,proche)', source: Loi, unite: euro_par_mois }\n".into()),
    ];
    let mut list = String::from("conditions: # les clauses\n");
    for (i, c) in clauses.iter().enumerate() {
        let at = |i: usize| c.how[i % c.how.len()];
        let mut lines = [
            (at(0), format!("id: c{i}{}", if at(6) % 2 == 0 { " # nom" } else { "" })),
            (at(1), format!("dit: {}", quoted(&c.dit, at(4)))),
            (at(2), "source: Loi".to_owned()),
            (at(3), format!("si: {}", quoted(&c.si, at(5)))),
        ];
        lines.sort_by_key(|l| l.0);
        if at(7) % 3 == 0 {
            list += "\n  # avant la clause\n";
        }
        for (k, (_, line)) in lines.iter().enumerate() {
            if k == 2 && at(8) % 3 == 0 {
                list += "    # dans la clause\n";
            }
            list += &format!("{}{line}\n", if k == 0 { "  - " } else { "    " });
        }
    }
    keys.push((at(8), list));
    keys.sort_by_key(|k| k.0);
    let body: String = keys.into_iter().map(|k| k.1).collect();
    format!("# en tête\n{body}{}", if at(9) % 2 == 0 { "\n# fin" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn documents_mean_the_same(clauses in prop::collection::vec(clause(), 1..4), how in prop::collection::vec(any::<u8>(), 10)) {
        let mut files: Vec<SourceFile> = files_in("base", "yaml").iter().map(|p| source(p)).collect();
        let before = SourceFile { name: "aide.yaml".into(), text: document(&clauses, &how) };
        let after = formatted(&before);
        files.push(before.clone());
        let portrait_before = portrait(&files, None);
        files.pop();
        files.push(after.clone());
        prop_assert_eq!(portrait_before, portrait(&files, None));
        let comments = |t: &str| t.matches("# nom").count() + t.matches("# avant la clause").count() + t.matches("# dans la clause").count();
        prop_assert_eq!(comments(&before.text), comments(&after.text));
        prop_assert_eq!(format("aide.yaml", &after.text).unwrap(), after.text);
    }
}
