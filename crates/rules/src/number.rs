//! Exact decimals: the only numbers of the rule language.
//!
//! A [`Decimal`] is a whole number of hundred-millionths (scale 10⁻⁸) in an `i64`: euros, rates, counts and
//! durations alike; the unit lives in the type, not in the value. Products and quotients are rounded half
//! away from zero at that scale; sums, differences and comparisons are exact. The two extreme values stand
//! for ±∞ in interval bounds: a result that does not fit becomes unbounded on that side, which is sound.

/// Units per whole: 10⁸.
pub const SCALE: i64 = 100_000_000;
/// Upper bound of an interval that has none.
pub const INF: i64 = i64::MAX;
/// Lower bound of an interval that has none.
pub const NEG_INF: i64 = i64::MIN;
/// Largest finite decimal.
pub const MAX: i64 = i64::MAX - 1;
/// Smallest finite decimal.
pub const MIN: i64 = i64::MIN + 1;

/// A decimal at scale 10⁻⁸.
pub type Decimal = i64;

/// How [`round_to`] treats what lies between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest step, halves away from zero (`proche`).
    Nearest,
    /// Down to the step below (`inferieur`).
    Down,
    /// Up to the step above (`superieur`).
    Up,
}

/// Brings a wide result back to 64 bits; what does not fit saturates to the infinity on its side.
#[must_use]
pub fn saturate(x: i128) -> Decimal {
    if x > i128::from(MAX) {
        INF
    } else if x < i128::from(MIN) {
        NEG_INF
    } else {
        // Checked just above.
        i64::try_from(x).unwrap_or(INF)
    }
}

/// `n / d` rounded half away from zero, `d > 0`.
fn div_round(n: i128, d: i128) -> i128 {
    let (q, r) = (n / d, n % d);
    if 2 * r.abs() >= d { q + n.signum() } else { q }
}

/// Product of two finite decimals.
#[must_use]
pub fn mul(a: Decimal, b: Decimal) -> Decimal {
    // The usual case fits in 64 bits: a 64-bit division by a constant is a multiplication.
    if let Some(p) = a.checked_mul(b) {
        let (q, r) = (p / SCALE, p % SCALE);
        return if 2 * r.abs() >= SCALE { q + p.signum() } else { q };
    }
    saturate(div_round(i128::from(a) * i128::from(b), i128::from(SCALE)))
}

/// Quotient of two finite decimals; `None` when the divisor is zero.
#[must_use]
pub fn div(a: Decimal, b: Decimal) -> Option<Decimal> {
    if b == 0 {
        return None;
    }
    let (mut n, mut d) = (i128::from(a) * i128::from(SCALE), i128::from(b));
    if d < 0 {
        (n, d) = (-n, -d);
    }
    Some(saturate(div_round(n, d)))
}

/// Sum of two lower bounds (−∞ wins).
#[must_use]
pub fn add_lo(a: Decimal, b: Decimal) -> Decimal {
    if a == NEG_INF || b == NEG_INF {
        NEG_INF
    } else {
        match a.checked_add(b) {
            Some(INF) => MAX,
            Some(x) => x,
            None if a > 0 => MAX,
            None => NEG_INF,
        }
    }
}

/// Sum of two upper bounds (+∞ wins).
#[must_use]
pub fn add_hi(a: Decimal, b: Decimal) -> Decimal {
    if a == INF || b == INF {
        INF
    } else {
        match a.checked_add(b) {
            Some(NEG_INF) => MIN,
            Some(x) => x,
            None if a > 0 => INF,
            None => MIN,
        }
    }
}

/// Opposite, infinities included.
#[must_use]
pub fn neg(a: Decimal) -> Decimal {
    match a {
        INF => NEG_INF,
        NEG_INF => INF,
        x => -x,
    }
}

/// Rounds a finite decimal to a multiple of `step` (> 0).
#[must_use]
pub fn round_to(a: Decimal, step: Decimal, how: Rounding) -> Decimal {
    if a == INF || a == NEG_INF || step <= 0 {
        return a;
    }
    let (q, r) = (a.div_euclid(step), a.rem_euclid(step));
    let up = match how {
        Rounding::Down => false,
        Rounding::Up => r > 0,
        // rem_euclid ≥ 0: for negative numbers "away from zero" on an exact half means down.
        Rounding::Nearest => {
            let twice = i128::from(r) * 2;
            twice > i128::from(step) || (twice == i128::from(step) && a > 0)
        }
    };
    saturate((i128::from(q) + i128::from(up)) * i128::from(step))
}

/// Reads a plain decimal (`-12.345`, at most eight decimals); `None` when it is not one or does not fit.
#[must_use]
pub fn parse(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, frac) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(frac) || frac.len() > 8 || digits.ends_with('.') {
        return None;
    }
    let mut value: i64 = whole.parse::<i64>().ok()?.checked_mul(SCALE)?;
    let mut unit = SCALE;
    for b in frac.bytes() {
        unit /= 10;
        value = value.checked_add(i64::from(b - b'0') * unit)?;
    }
    if value == INF {
        return None;
    }
    Some(if negative { -value } else { value })
}

/// Writes a decimal without trailing zeros, with a point (`646.52`); infinities as `∞`.
#[must_use]
pub fn format(a: Decimal) -> String {
    match a {
        INF => return "∞".into(),
        NEG_INF => return "−∞".into(),
        _ => {}
    }
    let sign = if a < 0 { "-" } else { "" };
    let abs = a.unsigned_abs();
    let (whole, frac) = (abs / SCALE.unsigned_abs(), abs % SCALE.unsigned_abs());
    if frac == 0 {
        return format!("{sign}{whole}");
    }
    let text = format!("{frac:08}");
    format!("{sign}{whole}.{}", text.trim_end_matches('0'))
}

/// A decimal as a binary float, for output columns only: never compared.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "output only; amounts stay far below 2^53 hundred-millionths of interest")]
pub fn to_f64(a: Decimal) -> f64 {
    a as f64 / SCALE as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        parse(text).unwrap()
    }

    #[test]
    fn products_and_quotients_are_rounded_half_away_from_zero() {
        assert_eq!(mul(d("651.69"), d("1.28412")), d("836.8481628"));
        assert_eq!(div(d("1"), d("3")), Some(d("0.33333333")));
        assert_eq!(div(d("-2"), d("3")), Some(d("-0.66666667")));
        assert_eq!(mul(d("0.00000001"), d("0.5")), d("0.00000001"));
        assert_eq!(div(d("1"), 0), None);
    }

    #[test]
    fn rounding_to_a_step() {
        assert_eq!(round_to(d("12.345"), d("0.01"), Rounding::Nearest), d("12.35"));
        assert_eq!(round_to(d("-12.345"), d("0.01"), Rounding::Nearest), d("-12.35"));
        assert_eq!(round_to(d("12.349"), d("0.01"), Rounding::Down), d("12.34"));
        assert_eq!(round_to(d("1201"), d("100"), Rounding::Up), d("1300"));
    }

    #[test]
    fn text_round_trip() {
        for t in ["0", "-1.5", "646.52", "0.00000001", "92233720367"] {
            assert_eq!(format(d(t)), t);
        }
        for bad in ["", "-", "1.", ".5", "1e3", "1,5", "0.123456789", "99999999999999999999"] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn fast_product_equals_wide_product(a in -4_000_000_000_000i64..4_000_000_000_000, b in -4_000_000_000_000i64..4_000_000_000_000) {
            let wide = saturate(div_round(i128::from(a) * i128::from(b), i128::from(SCALE)));
            prop_assert_eq!(mul(a, b), wide);
        }
    }
}
