//! Query parameters as SignalR clients send them: names in any case, the first of a name counts.

/// The value of a parameter, decoded. One that does not decode to UTF-8 is as good as absent.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut named =
        pairs.filter(|(found, _)| decode(found).is_some_and(|found| found.eq_ignore_ascii_case(name)));
    named.next().and_then(|(_, value)| decode(value))
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, low, after) = match after {
                    [high, low, after @ ..] => (hex(*high)?, hex(*low)?, after),
                    _ => return None,
                };
                bytes.push(high * 16 + low);
                rest = after;
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write;

    #[test]
    fn parameters_are_found_in_any_case() {
        let cases = [
            (None, None),
            (Some(""), None),
            (Some("id=1"), Some("1")),
            (Some("app=x&ID=a%2Fb+c&id=2"), Some("a/b c")),
            (Some("id"), Some("")),
            (Some("id=%zz"), None),
            (Some("id=%2"), None),
            (Some("id=%ff"), None),
            (Some("xid=1&idx=2"), None),
        ];
        for (query, value) in cases {
            assert_eq!(parameter(query, "id").as_deref(), value, "{query:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_found_again(value in ".*", before in "[a-h=&]*") {
            let mut query = format!("{before}&id=");
            for byte in value.bytes() {
                write!(query, "%{byte:02X}").unwrap();
            }
            prop_assert_eq!(parameter(Some(&query), "id"), Some(value));
        }
    }
}
