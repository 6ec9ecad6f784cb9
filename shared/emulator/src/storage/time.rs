//! Times in the forms of the protocols.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `2026-11-21T10:00:00.000000Z`.
pub(super) fn rfc3339(micros: i64) -> String {
    format!("{:.6}", at(micros))
}

/// `Sat, 21 Nov 2026 10:00:00 GMT` (RFC 9110, section 5.6.7).
pub(super) fn http_date(micros: i64) -> String {
    at(micros).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Seconds since 1970 of an HTTP date.
pub(super) fn from_http_date(text: &str) -> Option<i64> {
    seconds("%a, %d %b %Y %H:%M:%S GMT", text)
}

/// Microseconds since 1970 of an RFC 3339 time.
pub(super) fn from_rfc3339(text: &str) -> Option<i64> {
    text.parse().ok().map(Timestamp::as_microsecond)
}

/// Seconds since 1970 of `20261121T100000Z`, the form of `X-Goog-Date`.
pub(super) fn from_basic(text: &str) -> Option<i64> {
    seconds("%Y%m%dT%H%M%SZ", text)
}

fn seconds(form: &str, text: &str) -> Option<i64> {
    let civil = DateTime::strptime(form, text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_time() {
        let micros = 784_111_777_000_001;
        assert_eq!(http_date(micros), "Sun, 06 Nov 1994 08:49:37 GMT"); // the example of RFC 9110
        assert_eq!(from_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(rfc3339(micros), "1994-11-06T08:49:37.000001Z");
        assert_eq!(from_rfc3339("1994-11-06T08:49:37.000001Z"), Some(micros));
        assert_eq!(from_basic("19941106T084937Z"), Some(784_111_777));
        assert_eq!(from_basic("19941106T084937"), None);
    }
}
