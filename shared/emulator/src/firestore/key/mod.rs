//! Keys whose bytes stand in the order of what they encode, each piece ending where it says itself.
//!
//! A value begins with its type, so that types stand in their order; texts are closed by `00 01`, with each `00` in them written
//! as `00 FF`; whatever holds others ends with `00`, which no piece begins with. Bytes complemented stand in the opposite order.

pub(crate) mod name;
mod number;
mod skip;
#[cfg(test)]
mod tests;
pub(crate) mod value;

pub(crate) use skip::value_end;

/// What ends arrays, vectors, maps and paths.
const END: u8 = 0x00;
/// What stands before each key of a map.
const MORE: u8 = 0x01;
/// Above all keys.
pub(crate) const TOP: u8 = 0xFF;

/// The least key above all that begin with `prefix`; `TOP` above all there are.
pub(crate) fn after(mut prefix: Vec<u8>) -> Vec<u8> {
    while let Some(last) = prefix.pop() {
        if last < TOP {
            prefix.push(last + 1);
            return prefix;
        }
    }
    vec![TOP]
}

/// Turns the order around.
pub(crate) fn complement(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = !*byte;
    }
}

/// The bytes in the order of a direction.
pub(crate) fn directed(mut bytes: Vec<u8>, descending: bool) -> Vec<u8> {
    if descending {
        complement(&mut bytes);
    }
    bytes
}

/// Writes bytes that end where they say.
fn escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        out.push(*byte);
        if *byte == 0x00 {
            out.push(0xFF);
        }
    }
    out.extend([0x00, 0x01]);
}

/// Reads what [`escaped`] wrote: the bytes, and what follows.
fn unescaped(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut read = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [0x00, 0xFF, more @ ..] => {
                read.push(0x00);
                rest = more;
            }
            [0x00, 0x01, more @ ..] => return Some((read, more)),
            [0x00, ..] | [] => return None,
            [byte, more @ ..] => {
                read.push(*byte);
                rest = more;
            }
        }
    }
}
