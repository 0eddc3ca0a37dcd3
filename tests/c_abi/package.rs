//! What a program needs to be built is in the pkg-config file, and no more than the header.

use std::process::Command;

use super::compile::{native_libraries, own_name, read, succeeded};

/// What `rustc --print native-static-libs` says on Linux; `crates/ffi/install` compares at each installation.
const NATIVE: &[&str] = &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

#[test]
fn the_libraries_of_a_static_link_are_those_that_the_package_file_lists() {
    // That they suffice, each static link of these tests shows.
    assert_eq!(native_libraries(), NATIVE);
}

#[test]
fn the_package_file_speaks_of_this_library() {
    let file = read("crates/ffi/recours.pc.in");
    let field = |name: &str| file.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(field("Version: "), "@VERSION@");
    assert_eq!(field("prefix="), "@PREFIX@");
    assert!(own_name().starts_with("librecours_ffi.so."));
    assert_eq!(field("Libs: "), "-L${libdir} -lrecours_ffi");
    assert_eq!(field("Cflags: "), "-I${includedir}");
}

#[test]
fn the_header_compiles_alone_as_c_and_as_cxx_and_beside_another_arrow() {
    let folder = tempfile::tempdir().unwrap();
    let header = super::compile::root().join("crates/ffi/include/recours.h");
    let alone = format!("#include \"{}\"\nint main(void) {{ return 0; }}\n", header.display());
    let arrow = "#define ARROW_C_DATA_INTERFACE\n#define ARROW_C_STREAM_INTERFACE\nstruct ArrowSchema; struct ArrowArray; struct ArrowArrayStream;\n";
    let beside = format!("{arrow}{alone}");
    let host = format!("#define RECOURS_HOST\n{alone}");
    for (name, text) in [("alone.c", &alone), ("beside.c", &beside), ("host.c", &host), ("alone.cc", &alone)] {
        let cxx = name.ends_with(".cc");
        if cxx && Command::new("g++").arg("--version").output().is_err() {
            continue;
        }
        let source = folder.path().join(name);
        std::fs::write(&source, text).unwrap();
        let (compiler, standard) = if cxx { ("g++", "-std=c++17") } else { ("gcc", "-std=c11") };
        let mut command = Command::new(compiler);
        command.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]).arg(&source);
        succeeded(name, command.output().unwrap());
    }
    // A host's program does not even see the functions that its library has not.
    let source = folder.path().join("seal.c");
    std::fs::write(&source, host.replace("return 0", "return recours_mission_link == 0")).unwrap();
    let refused = Command::new("gcc").args(["-std=c11", "-fsyntax-only"]).arg(&source).output().unwrap();
    assert!(!refused.status.success());
}
