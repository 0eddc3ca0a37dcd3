//! The committed header is what the code says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

/// The files whose public items are the C interface, in the order of the header.
const SOURCES: &[&str] = &["status.rs", "version.rs", "error.rs", "rules.rs"];

const INTRODUCTION: &str = "\
/* recours.h: the C interface of Recours.
 *
 * A function that can fail returns a RecoursStatus. On failure nothing is written to its out parameters, except
 * `out_error`, which receives an error object to free with recours_error_free(); `out_error` may be NULL.
 * Texts are UTF-8. No message holds a value of a record. Functions may be called from any thread.
 *
 * Generated from crates/ffi; a test compares the two. Do not edit. SPDX-License-Identifier: EUPL-1.2 */
";

fn generated() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let config = cbindgen::Config {
        language: cbindgen::Language::C,
        cpp_compat: true,
        include_guard: Some("RECOURS_H".into()),
        header: Some(INTRODUCTION.trim_end().into()),
        documentation_style: cbindgen::DocumentationStyle::C99,
        enumeration: cbindgen::EnumConfig { rename_variants: cbindgen::RenameRule::QualifiedScreamingSnakeCase, ..Default::default() },
        usize_is_size_t: true,
        ..Default::default()
    };
    let builder = SOURCES.iter().fold(cbindgen::Builder::new(), |b, s| b.with_src(folder.join(s)));
    let mut text = Vec::new();
    builder.with_config(config).generate().expect("cbindgen").write(&mut text);
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn the_committed_header_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/recours.h");
    let wanted = generated();
    if std::env::var_os("RECOURS_WRITE_HEADER").is_some() {
        std::fs::write(&path, &wanted).expect("write the header");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == wanted,
        "include/recours.h is not what the code says; write it with\n  \
         RECOURS_WRITE_HEADER=1 cargo test -p recours-ffi header\nand read the difference before committing"
    );
}
