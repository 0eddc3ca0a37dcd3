//! A C program, as somebody who embeds the library would build it, and stricter.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// How a program is bound to the library.
#[derive(Clone, Copy, Debug)]
pub enum Link {
    Static,
    Dynamic,
}

pub const BOTH: [Link; 2] = [Link::Static, Link::Dynamic];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The library that cargo built for this test: beside the test's own executable, whatever the profile and target.
pub fn library(extension: &str) -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    let path = executable.parent().unwrap().join(format!("librecours_ffi.{extension}"));
    assert!(path.exists(), "{} was not built: is recours-ffi still a dev-dependency of the root package?", path.display());
    path
}

/// What a static link needs besides the library, as the pkg-config file says it.
pub fn native_libraries() -> Vec<String> {
    let file = read("crates/ffi/recours.pc.in");
    let line = file.lines().find_map(|l| l.strip_prefix("Libs.private: ")).expect("Libs.private");
    line.split_whitespace().map(str::to_owned).collect()
}

pub fn succeeded(what: &str, output: Output) -> Output {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{err}", output.status);
    output
}

/// A built program, in a folder that goes with it.
pub struct Program {
    folder: TempDir,
    name: String,
}

impl Program {
    /// Compiles a source of this repository, all warnings refused.
    pub fn build(source: &str, link: Link) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut gcc = Command::new("gcc");
        gcc.args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"])
            .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
        for headers in ["crates/ffi/include", "crates/ffi/examples", "tests/c"] {
            gcc.arg("-I").arg(root().join(headers));
        }
        gcc.arg(root().join(source)).arg("-o").arg(folder.path().join("program"));
        match link {
            Link::Static => gcc.arg(library("a")).args(native_libraries()),
            Link::Dynamic => gcc.arg(library("so")).args(["-lm", "-pthread"]),
        };
        succeeded("gcc", gcc.output().expect("gcc starts: ./check installs it"));
        // The loader looks for the library under the name that it gives itself.
        std::os::unix::fs::symlink(library("so"), folder.path().join(own_name())).unwrap();
        Self { folder, name: format!("{source}, {link:?}") }
    }

    /// Runs it, whatever it answers.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Output {
        let mut program = Command::new(self.folder.path().join("program"));
        program.args(arguments).current_dir(root()).env("LD_LIBRARY_PATH", self.folder.path()).output().unwrap()
    }

    /// Runs it and demands success.
    pub fn runs<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Output {
        succeeded(&self.name, self.run(arguments))
    }
}

/// The name by which the loader knows the shared library.
pub fn own_name() -> String {
    let dump = Command::new("readelf").arg("-d").arg(library("so")).output().expect("readelf starts: binutils come with gcc");
    let dump = String::from_utf8(succeeded("readelf", dump).stdout).unwrap();
    let line = dump.lines().find(|l| l.contains("(SONAME)")).expect("the library has a name");
    line.split(['[', ']']).nth(1).unwrap().to_owned()
}
