//! What stands for a person's handle while tables are joined: 96 bits of the 128, after all were mixed. No answer tells a person's
//! handle, and the half word that is left holds values: rows are shorter, and a partition has as many persons whatever the handles.
//!
//! Two handles of one run have the same name once in 2⁹⁶ pairs: of 68 million persons against 120 million rows, one chance in 10¹³.

/// Of the name, in its second word.
const REST: u64 = u32::MAX as u64;

/// The name of a handle: a word, and half a word.
#[inline(always)]
pub(super) const fn of_handle(handle: [u8; 16]) -> [u64; 2] {
    // Odd, so that a product by it loses nothing; its digits are those of the golden ratio, which scatters neighbours.
    const ODD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let x = u128::from_be_bytes(handle).wrapping_mul(ODD);
    let x = (x ^ (x >> 64)).wrapping_mul(ODD);
    [(x >> 64) as u64, (x >> 32) as u64 & REST]
}

/// The name in the first two words of a packed row.
#[inline(always)]
pub(super) const fn of_words(first: u64, second: u64) -> [u64; 2] {
    [first, second & REST]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn handles_that_are_not_random_have_names_of_their_own_all_over() {
        for step in [1u128, 1 << 32, 1 << 64, 1 << 96, (1 << 64) + 1] {
            let names: Vec<[u64; 2]> = (0..100_000u128).map(|i| of_handle(i.wrapping_mul(step).to_be_bytes())).collect();
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
            // In 64 partitions, none has twice its share.
            let mut parts = [0usize; 64];
            names.iter().for_each(|n| parts[(n[0] >> 58) as usize] += 1);
            assert!(parts.iter().all(|p| *p < 2 * names.len() / 64), "{step}: {parts:?}");
        }
    }
}
