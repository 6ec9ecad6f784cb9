//! What answers say of limits: `RateLimit-Policy` and `RateLimit`, structured fields (draft-ietf-httpapi-ratelimit-headers-10).

use super::admit::Drawn;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt::Write as _;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Both headers, of every bucket that the request took from: name, requests a minute; what is left, seconds until it is full.
pub(crate) fn write(headers: &mut HeaderMap, drawn: &[Drawn]) {
    let (mut policy, mut limit) = (String::new(), String::new());
    for draw in drawn {
        let comma = if policy.is_empty() { "" } else { ", " };
        let (quota, remaining) = (draw.quota.requests(), draw.taken.remaining(draw.quota));
        let full = draw.taken.full_in.as_secs_f64().ceil();
        // writing to a String cannot fail
        let _ = write!(policy, "{comma}\"{}\";q={quota};w=60", draw.name);
        let _ = write!(limit, "{comma}\"{}\";r={remaining};t={full:.0}", draw.name);
    }
    for (name, value) in [(POLICY, policy), (LIMIT, limit)] {
        if !drawn.is_empty()
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bucket::Taken;
    use super::super::quota::Quota;
    use super::*;
    use std::time::Duration;

    #[test]
    fn both_buckets_are_told() {
        let draw = |name, quota, spent| Drawn {
            name,
            quota: Quota::per_minute(quota),
            taken: Taken {
                allowed: true,
                full_in: Duration::from_millis(spent),
            },
        };
        let mut headers = HeaderMap::new();
        write(&mut headers, &[]);
        assert!(headers.is_empty());
        write(
            &mut headers,
            &[draw("read-user", 60, 1_500), draw("read-address", 600, 100)],
        );
        let policy = "\"read-user\";q=60;w=60, \"read-address\";q=600;w=60";
        assert_eq!(headers[POLICY], policy);
        assert_eq!(
            headers[LIMIT],
            "\"read-user\";r=58;t=2, \"read-address\";r=599;t=1"
        );
    }
}
