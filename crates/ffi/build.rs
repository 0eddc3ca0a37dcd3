//! Gives the shared library its name for the loader: one for each version of the interface, so that a program never meets at
//! start-up the library of another.

fn main() {
    println!("cargo::rerun-if-changed=src/version.rs");
    let source = std::fs::read_to_string("src/version.rs").unwrap_or_default();
    let number = source.lines().find_map(|l| l.strip_prefix("pub const RECOURS_ABI_VERSION: u32 = ")?.strip_suffix(';'));
    let linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    match number {
        Some(number) if linux => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,librecours_ffi.so.{number}"),
        Some(_) => {}
        None => println!("cargo::error=src/version.rs does not say RECOURS_ABI_VERSION"),
    }
}
