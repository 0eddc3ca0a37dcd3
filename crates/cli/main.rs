//! The program `recours`; everything is in the library, so that tests can reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    recours::lancer(std::env::args_os())
}
