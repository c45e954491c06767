//! Numbers without a pattern, the same on every machine. What costs are blurred by is taken from them, so that few choices
//! are equally dear.

/// The number of a place, anywhere within what 32 bits hold.
#[must_use]
pub fn scattered(place: usize) -> u32 {
    let mixed = (place as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    u32::try_from(mixed >> 32).unwrap_or(0)
}
