//! The committed header is what the code says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

/// The files whose public items are the C interface, in the order of the header.
const SOURCES: &[&str] =
    &["status.rs", "version.rs", "error.rs", "text.rs", "progress.rs", "process.rs", "rules.rs", "mission.rs", "sealing.rs"];

const INTRODUCTION: &str = "\
/* recours.h: the C interface of Recours. docs/embed-c.md shows it at work.
 *
 * Failure. A function that can fail returns a RecoursStatus. On failure nothing is written to its out parameters, except
 * `out_error`, which receives an error object to free with recours_error_free(); `out_error` may be NULL. No message holds a
 * value of a record.
 *
 * Streams in. A stream given to a call belongs to the call as soon as its pointer is not NULL: when the call returns,
 * whatever its status, it has been released, read or not, and its structure says so. Its batches may live on in results that
 * share their memory: they are released with these, by the thread that releases these.
 * Streams out are the caller's to read and to release.
 *
 * Memory. RecoursRules and RecoursMission are freed by their _free function; freed twice, used after that or given as
 * another kind, they are answered by RECOURS_STATUS_INVALID_HANDLE. Texts (`char *`) and errors are plain memory of this
 * library, to free once, with recours_text_free() and recours_error_free() and nothing else.
 *
 * Threads. Functions may be called from any thread, and handles may be shared by several. An error, a text or a stream
 * belongs to one thread at a time.
 *
 * Texts in are UTF-8 ended by NUL; paths are bytes as the system has them. Keys and passphrases enter as a path or as a file
 * descriptor, never as bytes.
 *
 * A program for the library of an engine host, which cannot seal, defines RECOURS_HOST before it includes this file.
 *
 * Generated from crates/ffi; a test compares the two. Do not edit. SPDX-License-Identifier: EUPL-1.2 */
";

/// As the specification of the Arrow C data and stream interfaces writes them, under its own guards: a program that has them
/// already keeps its own.
const ARROW: &str = "\
#ifndef RECOURS_HOST
#define RECOURS_COMPLET
#endif

#ifdef __cplusplus
extern \"C\" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

#ifdef __cplusplus
}
#endif";

fn generated() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let config = cbindgen::Config {
        language: cbindgen::Language::C,
        cpp_compat: true,
        include_guard: Some("RECOURS_H".into()),
        header: Some(INTRODUCTION.trim_end().into()),
        no_includes: true,
        sys_includes: vec!["stdbool.h".into(), "stddef.h".into(), "stdint.h".into()],
        after_includes: Some(format!("\n{ARROW}")),
        documentation_style: cbindgen::DocumentationStyle::C99,
        enumeration: cbindgen::EnumConfig { rename_variants: cbindgen::RenameRule::QualifiedScreamingSnakeCase, ..Default::default() },
        export: cbindgen::ExportConfig {
            rename: [("FFI_ArrowArrayStream".into(), "struct ArrowArrayStream".into())].into(),
            ..Default::default()
        },
        defines: [("feature = complet".into(), "RECOURS_COMPLET".into())].into(),
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
