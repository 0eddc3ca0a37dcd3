//! Truths and codes, block by block: a byte each, so that conjunction is the smaller and disjunction the greater.

use super::lanes::{Rows, map, select, zip};
use super::numbers::Done;
use super::register::Register;
use pulp::Arch;

/// Negation.
pub(super) fn not(arch: Arch, n: usize, a: Rows<'_, u8>, out: &mut Register) -> Done {
    map(arch, a, out.truths(n), |x, _| 2u8.wrapping_sub(x));
    out.n = n;
    true
}

/// Conjunction.
pub(super) fn and(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) -> Done {
    zip(arch, a, b, out.truths(n), |x, y, _| x.min(y));
    out.n = n;
    true
}

/// Disjunction.
pub(super) fn or(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) -> Done {
    zip(arch, a, b, out.truths(n), |x, y, _| x.max(y));
    out.n = n;
    true
}

/// Choice by a truth.
pub(super) fn choose(arch: Arch, n: usize, c: Rows<'_, u8>, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) -> Done {
    let Rows::Each(c) = c else { return false };
    select(arch, c, a, b, out.truths(n), |c, x, y| {
        let one = if c == 2 { x } else { y };
        if (c == 1) & (x != y) { 1 } else { one }
    });
    out.n = n;
    true
}

/// The first where it is known.
pub(super) fn coalesce(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) -> Done {
    zip(arch, a, b, out.truths(n), |x, y, _| if x == 1 { y } else { x });
    out.n = n;
    true
}

/// The code is in a set.
pub(super) fn code_in(arch: Arch, n: usize, a: Rows<'_, u64>, set: u64, out: &mut Register) -> Done {
    let one = move |codes: u64, _: &mut i64| {
        let (inside, outside) = (codes & set != 0, codes & !set != 0);
        // A set of nothing is within every set.
        if outside { u8::from(inside) } else { 2 }
    };
    map(arch, a, out.truths(n), one);
    out.n = n;
    true
}

/// Choice of codes by a truth.
pub(super) fn choose_codes(arch: Arch, n: usize, c: Rows<'_, u8>, a: Rows<'_, u64>, b: Rows<'_, u64>, out: &mut Register) -> Done {
    let Rows::Each(c) = c else { return false };
    select(arch, c, a, b, out.sets(n), |c, x, y| {
        let one = if c == 2 { x } else { y };
        if c == 1 { x | y } else { one }
    });
    out.n = n;
    true
}
