//! Dated versions of one rule: the one in force on the day is the one that is read.

use crate::diagnostics::{files_in, folder, source};
use recours_rules::{Pack, SourceFile, date};

fn on(day: &str, more: &[(&str, &str, &str)]) -> Result<Pack, Vec<recours_rules::Diagnostic>> {
    let mut files: Vec<SourceFile> = files_in("base", "yaml").iter().map(|p| source(p)).collect();
    files.push(source(&folder("avec").join("aide_2024.yaml")));
    for (name, validity, version) in more {
        let text = format!(
            "droit: aide\nversion: \"{version}\"\nlibelle: a\norganisme: caf\nunite: foyer\nsource: x\n{validity}conditions:\n  - {{ id: nouvelle, dit: n, source: x, si: \"couple\" }}\n"
        );
        files.push(SourceFile { name: (*name).into(), text });
    }
    Pack::build(&files, None, date::parse(day).unwrap())
}

fn clause(pack: &Pack) -> Vec<String> {
    pack.rights.iter().flat_map(|r| &r.conditions).map(|c| c.id.clone()).collect()
}

const FROM_2025: (&str, &str, &str) = ("aide_2025.yaml", "validite: { du: 2025-01-01 }\n", "2025");

#[test]
fn the_version_of_the_day_is_read() {
    for (day, read) in [("2023-12-31", vec![]), ("2024-01-01", vec!["ancienne"]), ("2024-12-31", vec!["ancienne"])] {
        assert_eq!(clause(&on(day, &[FROM_2025]).unwrap()), read, "{day}");
    }
    for day in ["2025-01-01", "2030-06-15"] {
        let pack = on(day, &[FROM_2025]).unwrap();
        assert_eq!(clause(&pack), ["nouvelle"], "{day}");
        assert_eq!(pack.rights[0].rule(), "aide@2025");
        assert!(pack.warnings.is_empty());
    }
    // Between two versions, or after the last: none.
    let gap = on("2025-02-01", &[("aide_2025.yaml", "validite: { du: 2025-03-01 }\n", "2025")]).unwrap();
    assert!(gap.rights.is_empty());
    assert!(gap.warnings[0].message.contains("du 2025-01-01 au 2025-02-28"), "{:?}", gap.warnings);
}

#[test]
fn versions_in_force_together_are_refused_whatever_the_day() {
    for validity in [
        "",
        "validite: { du: 2024-12-31 }\n",
        "validite: { du: 2020-01-01, au: 2024-01-01 }\n",
        "validite: { du: 2024-05-01, au: 2024-05-01 }\n",
    ] {
        for day in ["2023-01-01", "2024-05-01", "2026-01-01"] {
            let faults = on(day, &[("b.yaml", validity, "2025")]).unwrap_err();
            assert_eq!(faults.iter().map(|d| d.code).collect::<Vec<_>>(), ["R-036"], "{validity} {day} {faults:?}");
        }
    }
    // The faults of the day's version alone are those of the day.
    assert!(on("2024-06-01", &[("b.yaml", "validite: { du: 2020-01-01, au: 2023-12-31 }\n", "2020")]).is_ok());
}
