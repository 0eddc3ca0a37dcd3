//! Loops over the rows of a block, compiled for several generations of processors and chosen at run time.
//!
//! Each gives back what its function gathered bit by bit over all rows (a sign bit that says that some result does not
//! fit), so that a loop has no branch.

use pulp::{Arch, NullaryFnOnce};

/// A loop that is compiled inside each of its versions. Passed as it is, a closure is called through `FnOnce`, whose call is a
/// function of its own: compiled for the oldest processors, whatever calls it.
struct Inside<F>(F);

impl<R, F: FnMut() -> R> NullaryFnOnce for Inside<F> {
    type Output = R;

    #[inline(always)]
    fn call(mut self) -> R {
        (self.0)()
    }
}

/// Runs a loop with the widest instructions of the machine; the closure is to be `#[inline(always)]`.
#[inline(always)]
pub(crate) fn wide<R>(arch: Arch, f: impl FnMut() -> R) -> R {
    arch.dispatch(Inside(f))
}

/// Values of a block: one per row, or the same for everybody.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a, T> {
    /// One per row.
    Each(&'a [T]),
    /// The same for everybody.
    Same(T),
}

impl<T: Copy> Rows<'_, T> {
    /// The value of a row.
    #[inline(always)]
    pub(super) fn at(&self, i: usize) -> Option<T> {
        match self {
            Self::Each(v) => v.get(i).copied(),
            Self::Same(x) => Some(*x),
        }
    }
}

/// One value from one.
#[inline(always)]
pub(super) fn map<T: Copy, O: Copy>(arch: Arch, a: Rows<'_, T>, out: &mut [O], f: impl Fn(T, &mut i64) -> O) -> i64 {
    wide(
        arch,
        #[inline(always)]
        || {
            let mut seen = 0;
            match a {
                Rows::Each(x) => {
                    for (o, x) in out.iter_mut().zip(x) {
                        *o = f(*x, &mut seen);
                    }
                }
                Rows::Same(x) => {
                    let v = f(x, &mut seen);
                    out.fill(v);
                }
            }
            seen
        },
    )
}

/// One value from two.
#[inline(always)]
pub(super) fn zip<T: Copy, U: Copy, O: Copy>(
    arch: Arch,
    a: Rows<'_, T>,
    b: Rows<'_, U>,
    out: &mut [O],
    f: impl Fn(T, U, &mut i64) -> O,
) -> i64 {
    wide(
        arch,
        #[inline(always)]
        || {
            let mut seen = 0;
            match (a, b) {
                (Rows::Each(x), Rows::Each(y)) => {
                    for ((o, x), y) in out.iter_mut().zip(x).zip(y) {
                        *o = f(*x, *y, &mut seen);
                    }
                }
                (Rows::Each(x), Rows::Same(y)) => {
                    for (o, x) in out.iter_mut().zip(x) {
                        *o = f(*x, y, &mut seen);
                    }
                }
                (Rows::Same(x), Rows::Each(y)) => {
                    for (o, y) in out.iter_mut().zip(y) {
                        *o = f(x, *y, &mut seen);
                    }
                }
                (Rows::Same(x), Rows::Same(y)) => {
                    let v = f(x, y, &mut seen);
                    out.fill(v);
                }
            }
            seen
        },
    )
}

/// One value from a byte and two values.
#[inline(always)]
pub(super) fn select<T: Copy>(arch: Arch, c: &[u8], a: Rows<'_, T>, b: Rows<'_, T>, out: &mut [T], f: impl Fn(u8, T, T) -> T) {
    wide(
        arch,
        #[inline(always)]
        || match (a, b) {
            (Rows::Each(x), Rows::Each(y)) => {
                for (((o, c), x), y) in out.iter_mut().zip(c).zip(x).zip(y) {
                    *o = f(*c, *x, *y);
                }
            }
            (Rows::Each(x), Rows::Same(y)) => {
                for ((o, c), x) in out.iter_mut().zip(c).zip(x) {
                    *o = f(*c, *x, y);
                }
            }
            (Rows::Same(x), Rows::Each(y)) => {
                for ((o, c), y) in out.iter_mut().zip(c).zip(y) {
                    *o = f(*c, x, *y);
                }
            }
            (Rows::Same(x), Rows::Same(y)) => {
                for (o, c) in out.iter_mut().zip(c) {
                    *o = f(*c, x, y);
                }
            }
        },
    );
}

/// Whether a byte is somewhere.
pub(super) fn has(arch: Arch, bytes: Rows<'_, u8>, byte: u8) -> bool {
    match bytes {
        Rows::Same(b) => b == byte,
        Rows::Each(v) => {
            wide(
                arch,
                #[inline(always)]
                || v.iter().fold(0u8, |any, b| any | u8::from(*b == byte)),
            ) != 0
        }
    }
}
