//! Whole numbers in doubles and back, by adding: in loops that stay wide, where a conversion is done one number at a time.

/// Under this, a whole number is exact in a double whose low bits it is, once [`ROUND`] is added.
pub(crate) const EXACT: i64 = 1 << 51;

/// Added to a double under [`EXACT`], makes its bits those of the nearest whole number, but for the bits of this; a half goes to the
/// even neighbour.
const ROUND: f64 = 6_755_399_441_055_744.0;
const BITS: i64 = ROUND.to_bits() as i64;

/// A whole number under [`EXACT`] as a double.
#[inline(always)]
pub(crate) fn double(x: i64) -> f64 {
    f64::from_bits(x.wrapping_add(BITS) as u64) - ROUND
}

/// The nearest whole number of a double under [`EXACT`].
#[inline(always)]
pub(crate) fn whole(x: f64) -> i64 {
    ((x + ROUND).to_bits() as i64).wrapping_sub(BITS)
}
