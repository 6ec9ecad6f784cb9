//! Times and durations in Google's JSON (`google.protobuf.Timestamp` and `Duration`).

use jiff::Timestamp;

/// `2026-11-21T10:00:00.000000Z`.
pub(super) fn rfc3339(micros: i64) -> String {
    format!("{:.6}", Timestamp::from_microsecond(micros).unwrap_or_default())
}

/// Microseconds of `900s` or `0.5s`.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (whole, part) = text
        .strip_suffix('s')?
        .split_once('.')
        .unwrap_or((text.strip_suffix('s')?, "0"));
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<6}").get(..6)?.parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 1_000_000 + part)
}

/// `900s`, or with microseconds.
pub(super) fn duration_text(micros: i64) -> String {
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000);
    if part == 0 {
        format!("{whole}s")
    } else {
        format!("{whole}.{part:06}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_durations() {
        for (text, micros) in [
            ("900s", Some(900_000_000)),
            ("0.5s", Some(500_000)),
            ("1.000001s", Some(1_000_001)),
        ] {
            assert_eq!(duration(text), micros, "{text}");
            assert_eq!(duration(&duration_text(micros.unwrap())), micros);
        }
        for wrong in ["", "s", "5", "-1s", "1.s", ".5s", "1e3s", "+1s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
