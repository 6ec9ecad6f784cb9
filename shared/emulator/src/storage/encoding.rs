//! Percent-encoding as the canonical request has it: everything but unreserved characters (RFC 3986, section 2.3).

use super::failure::Failure;

/// `text` with every byte encoded that is not unreserved; `/` too.
pub(super) fn encode(text: &str) -> String {
    encode_but(text, |_| false)
}

/// [`encode`], but `/` stays: for paths.
pub(super) fn encode_path(text: &str) -> String {
    encode_but(text, |byte| byte == b'/')
}

fn encode_but(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
        }
    }
    out
}

fn hex_digit(value: u8) -> char {
    char::from(if value < 10 {
        b'0' + value
    } else {
        b'A' + value - 10
    })
}

/// The text behind percent-encoding.
///
/// # Errors
/// What is behind it is not UTF-8.
pub(super) fn decode(text: &str) -> Result<String, Failure> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let pair = (byte == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let value = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(value.unwrap_or(byte));
        rest = if value.is_some() {
            tail.get(2..).unwrap_or_default()
        } else {
            tail
        };
    }
    String::from_utf8(out).map_err(|_| Failure::invalid("the address is not UTF-8"))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [hex_digit(byte >> 4), hex_digit(byte & 15)])
        .collect::<String>()
        .to_lowercase()
}

/// The bytes behind hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unreserved_characters_stay() {
        assert_eq!(encode("a-._~/ b*'ü"), "a-._~%2F%20b%2A%27%C3%BC");
        assert_eq!(encode_path("a/b c"), "a/b%20c");
        assert_eq!(decode("100%.txt%2").unwrap(), "100%.txt%2");
        assert!(decode("%FF").is_err());
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in ".*", bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&text)).unwrap(), text.clone());
            prop_assert_eq!(decode(&encode_path(&text)).unwrap(), text);
            prop_assert_eq!(unhex(&hex(&bytes)).unwrap(), bytes);
        }
    }
}
