//! Which library is this.

use std::ffi::{CStr, c_char};

/// Version of the interface that `recours.h` describes. It grows when a function is added or a meaning changes.
pub const RECOURS_ABI_VERSION: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Version of the interface of the loaded library: compare it with `RECOURS_ABI_VERSION` of the header at start-up.
#[unsafe(no_mangle)]
pub extern "C" fn recours_abi_version() -> u32 {
    RECOURS_ABI_VERSION
}

/// Version of the library, such as "0.1.0": static text, ended by NUL, not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn recours_version() -> *const c_char {
    VERSION.as_ptr()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_that_of_the_package() {
        assert_eq!(super::VERSION.to_bytes(), env!("CARGO_PKG_VERSION").as_bytes());
    }
}
