//! Integers and doubles as one line of numbers, by exact value.

/// The bytes that a number takes.
pub(super) const LENGTH: usize = 10;

/// A double: NaN first, both zeros the same.
pub(super) fn double(number: f64) -> [u8; LENGTH] {
    both(number, 0)
}

/// An integer: the greatest double not above it, and how far above that it is. The same bytes as the equal double.
pub(super) fn integer(number: i64) -> [u8; LENGTH] {
    #[expect(clippy::cast_precision_loss, reason = "what was lost is made good below")]
    let mut near = number as f64;
    if exact(near) > i128::from(number) {
        near = near.next_down();
    }
    let above = i128::from(number) - exact(near); // doubles of this size are at most 1024 apart
    both(near, u16::try_from(above).unwrap_or(u16::MAX))
}

/// Eight bytes of a double alone.
pub(super) fn ordered(number: f64) -> [u8; 8] {
    const SIGN: u64 = 1 << 63;
    if number.is_nan() {
        return [0; 8];
    }
    let bits = if number == 0.0 { 0 } else { number.to_bits() };
    let ordered = if bits & SIGN == 0 { bits | SIGN } else { !bits };
    ordered.to_be_bytes()
}

fn both(number: f64, above: u16) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&ordered(number));
    bytes[8..].copy_from_slice(&above.to_be_bytes());
    bytes
}

fn exact(double: f64) -> i128 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "doubles that integers of 64 bits come near to are whole and fit"
    )]
    let exact = double as i128;
    exact
}
