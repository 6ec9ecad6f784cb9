//! Cross-origin rules of a bucket (<https://cloud.google.com/storage/docs/cross-origin>).

use super::failure::Failure;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;

/// One entry of a bucket's `cors`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Rule {
    origin: Vec<String>,
    method: Vec<String>,
    response_header: Vec<String>,
    max_age_seconds: Option<u64>,
}

/// The rules in a bucket's settings; what is not understood is no rule.
fn rules(settings: Option<&Value>) -> Vec<Rule> {
    settings
        .and_then(|value| serde_json::from_value(value.clone()).ok())
        .unwrap_or_default()
}

/// Refuses what is no list of rules.
pub(super) fn check(settings: &Value) -> Result<(), Failure> {
    serde_json::from_value::<Vec<Rule>>(settings.clone())
        .map(drop)
        .map_err(|error| Failure::invalid(format!("Invalid CORS configuration: {error}")))
}

impl Rule {
    fn allows(&self, origin: &str, method: &str) -> bool {
        let has = |list: &[String], wanted: &str| {
            list.iter()
                .any(|entry| entry == "*" || entry.eq_ignore_ascii_case(wanted))
        };
        has(&self.origin, origin) && has(&self.method, method)
    }

    fn allows_headers(&self, wanted: &str) -> bool {
        let known = |name: &str| {
            self.response_header
                .iter()
                .any(|entry| entry == "*" || entry.eq_ignore_ascii_case(name))
        };
        wanted
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .all(known)
    }

    fn origin(&self, origin: &str) -> Option<HeaderValue> {
        let any = self.origin.iter().any(|entry| entry == "*");
        HeaderValue::from_str(if any { "*" } else { origin }).ok()
    }
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The headers that answer a preflight: none when no rule allows what it asks for.
pub(super) fn preflight(settings: Option<&Value>, request: &HeaderMap) -> HeaderMap {
    let mut answer = HeaderMap::new();
    let method = text(request, header::ACCESS_CONTROL_REQUEST_METHOD);
    let (Some(origin), Some(method)) = (text(request, header::ORIGIN), method) else {
        return answer;
    };
    let wanted = text(request, header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    let found = rules(settings)
        .into_iter()
        .find(|rule| rule.allows(origin, method) && rule.allows_headers(wanted));
    let Some(rule) = found else { return answer };
    let mut set =
        |name: header::HeaderName, value: Option<HeaderValue>| value.map(|value| answer.insert(name, value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, rule.origin(origin));
    set(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_str(&rule.method.join(", ")).ok(),
    );
    if !wanted.is_empty() {
        set(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_str(wanted).ok(),
        );
    }
    set(
        header::ACCESS_CONTROL_MAX_AGE,
        Some(rule.max_age_seconds.unwrap_or(3600).into()),
    );
    set(header::VARY, Some(HeaderValue::from_static("Origin")));
    answer
}

/// The headers on the answer to a cross-origin request itself.
pub(super) fn actual(settings: Option<&Value>, request: &HeaderMap, method: &str) -> HeaderMap {
    let mut answer = HeaderMap::new();
    let Some(origin) = text(request, header::ORIGIN) else {
        return answer;
    };
    let Some(rule) = rules(settings)
        .into_iter()
        .find(|rule| rule.allows(origin, method))
    else {
        return answer;
    };
    let mut set =
        |name: header::HeaderName, value: Option<HeaderValue>| value.map(|value| answer.insert(name, value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, rule.origin(origin));
    if !rule.response_header.is_empty() {
        set(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_str(&rule.response_header.join(", ")).ok(),
        );
    }
    set(header::VARY, Some(HeaderValue::from_static("Origin")));
    answer
}

/// The JSON API answers pages of every origin; a bucket's rules are for the XML API
/// (<https://cloud.google.com/storage/docs/cross-origin#server-side-support>).
pub(super) async fn of_the_json_api(request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let method = request
        .headers()
        .get(header::ACCESS_CONTROL_REQUEST_METHOD)
        .cloned();
    let wanted = request
        .headers()
        .get(header::ACCESS_CONTROL_REQUEST_HEADERS)
        .cloned();
    let mut answer = match &method {
        Some(_) if *request.method() == Method::OPTIONS => StatusCode::OK.into_response(),
        _ => next.run(request).await,
    };
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    if let Some(method) = method {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, method);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    }
    if let Some(wanted) = wanted {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    answer
}

/// What a page needs to upload and download with the JSON API.
const EXPOSED: &str = "Content-Range, ETag, Location, Range, X-Goog-Generation, X-Goog-Hash, X-GUploader-UploadID, \
                       X-HTTP-Status-Code-Override";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn a_preflight_is_answered_when_origin_method_and_headers_are_allowed() {
        let settings = json!([
            {"origin": ["https://kith.example"], "method": ["PUT"], "responseHeader": ["Content-Type", "x-goog-content-length-range"], "maxAgeSeconds": 60},
            {"origin": ["*"], "method": ["GET"]},
        ]);
        let ask = |origin, method, wanted| {
            let request = headers(&[
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", wanted),
            ]);
            preflight(Some(&settings), &request)
                .get("access-control-allow-origin")
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let own = "https://kith.example";
        assert_eq!(
            ask(own, "PUT", "content-type, x-goog-content-length-range").as_deref(),
            Some(own)
        );
        assert_eq!(ask(own, "PUT", "authorization"), None);
        assert_eq!(ask("https://other.example", "PUT", "content-type"), None);
        assert_eq!(ask("https://other.example", "GET", "").as_deref(), Some("*"));
        assert_eq!(ask(own, "DELETE", ""), None);
        assert!(
            preflight(
                None,
                &headers(&[("origin", own), ("access-control-request-method", "GET")])
            )
            .is_empty()
        );
    }

    #[test]
    fn the_answer_exposes_the_headers_of_the_rule() {
        let settings = json!([{"origin": ["*"], "method": ["GET"], "responseHeader": ["ETag"]}]);
        let answer = actual(
            Some(&settings),
            &headers(&[("origin", "https://a.example")]),
            "GET",
        );
        assert_eq!(answer["access-control-expose-headers"], "ETag");
        assert!(actual(Some(&settings), &headers(&[]), "GET").is_empty());
        assert!(
            actual(
                Some(&settings),
                &headers(&[("origin", "https://a.example")]),
                "PUT"
            )
            .is_empty()
        );
    }
}
