//! Random draws that can be done again: everything comes from one secret seed through BLAKE3.
//!
//! The command draws the seed from the system and keeps it nowhere; a test gives its own. A draw depends on
//! the handle and the seed only, never on the order of the findings, the grade or the number of threads.

/// 32 random bytes. No `Debug`: whoever has it can redo the draw.
#[derive(Clone)]
pub struct Graine([u8; 32]);

impl Graine {
    /// A seed from these bytes.
    pub const fn nouvelle(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// Sixteen bytes that look random, different for each use (`quoi`) and content.
    pub(super) fn tirer(&self, quoi: &str, contenu: &[&[u8]]) -> [u8; 16] {
        let mut hache = blake3::Hasher::new_keyed(&self.0);
        hache.update(&(quoi.len() as u64).to_le_bytes());
        hache.update(quoi.as_bytes());
        for partie in contenu {
            hache.update(&(partie.len() as u64).to_le_bytes());
            hache.update(partie);
        }
        let mut tire = [0; 16];
        hache.finalize_xof().fill(&mut tire);
        tire
    }
}

impl std::fmt::Debug for Graine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Graine")
    }
}
