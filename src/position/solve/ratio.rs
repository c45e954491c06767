//! Exact fractions. An operation whose result does not fit gives none, and the caller gives up the
//! step rather than round.

use std::cmp::Ordering;

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    top: i128,
    bottom: i128,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio::whole(0);
    /// One.
    pub const ONE: Ratio = Ratio::whole(1);

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i128) -> Ratio {
        Ratio { top: number, bottom: 1 }
    }

    /// `top / bottom`; none if `bottom` is zero.
    #[must_use]
    pub fn new(top: i128, bottom: i128) -> Option<Ratio> {
        let common = divisor(top, bottom);
        if bottom == 0 {
            return None;
        }
        let sign = bottom.signum();
        Some(Ratio { top: sign.checked_mul(top / common)?, bottom: sign.checked_mul(bottom / common)? })
    }

    /// The denominator.
    #[must_use]
    pub fn bottom(self) -> i128 {
        self.bottom
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.top == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.top < 0
    }

    /// The number, if it is whole.
    #[must_use]
    pub fn as_whole(self) -> Option<i128> {
        (self.bottom == 1).then_some(self.top)
    }

    /// The largest whole number not above it.
    #[must_use]
    pub fn floor(self) -> i128 {
        self.as_whole().unwrap_or_else(|| self.top.div_euclid(self.bottom))
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        if self.bottom == 1 && other.bottom == 1 {
            return Some(Ratio::whole(self.top.checked_add(other.top)?));
        }
        let common = divisor(self.bottom, other.bottom);
        let (own, theirs) = (self.bottom / common, other.bottom / common);
        let top = product(self.top, theirs)?.checked_add(product(other.top, own)?)?;
        Ratio::new(top, product(self.bottom, theirs)?)
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        if self.bottom == 1 && other.bottom == 1 {
            return Some(Ratio::whole(product(self.top, other.top)?));
        }
        let (a, b) = (divisor(self.top, other.bottom), divisor(other.top, self.bottom));
        let (a, b) = (a.max(1), b.max(1));
        Some(Ratio { top: product(self.top / a, other.top / b)?, bottom: product(self.bottom / b, other.bottom / a)? })
    }

    /// The quotient; none when dividing by zero.
    #[must_use]
    pub fn over(self, other: Ratio) -> Option<Ratio> {
        self.times(Ratio::new(other.bottom, other.top)?)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Ratio {
        Ratio { top: -self.top, bottom: self.bottom }
    }

    /// `self - factor * other`.
    #[must_use]
    pub fn less(self, factor: Ratio, other: Ratio) -> Option<Ratio> {
        self.plus(factor.times(other)?.negated())
    }

    /// The order; none if the comparison does not fit.
    #[must_use]
    pub fn compare(self, other: Ratio) -> Option<Ordering> {
        if self.bottom == other.bottom {
            return Some(self.top.cmp(&other.top));
        }
        Some(product(self.top, other.bottom)?.cmp(&product(other.top, self.bottom)?))
    }
}

/// The product. Most numbers are small, and theirs cannot be too large.
fn product(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// The greatest common divisor, not negative.
#[must_use]
pub fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        // Most numbers are small, and short division is several times as fast.
        if let (Ok(small), Ok(large)) = (u64::try_from(b), u64::try_from(a)) {
            return i128::from(short_divisor(large, small));
        }
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1)
}

fn short_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
