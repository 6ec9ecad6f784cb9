//! Many calls in one request (<https://cloud.google.com/storage/docs/batch>): `multipart/mixed` of HTTP requests, answered alike. The calls
//! are independent; uploads and downloads are not for batches.

use super::{mixed, serve};
use crate::storage::Storage;
use crate::storage::failure::Failure;
use crate::storage::upload::boundary;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};

/// As many calls as the cloud takes at once.
const MOST_CALLS: usize = 100;

/// The largest batch: a hundred calls with their resources.
const LARGEST: usize = 10 * 1024 * 1024;

/// What stands between the answers; no answer of this API holds it.
const BOUNDARY: &str = "batch_kXyZ0emulator";

pub(super) async fn serve_batch(State(storage): State<Storage>, request: Request) -> Response {
    match answer(storage, request).await {
        Ok(response) => response,
        Err(failure) => failure.json(),
    }
}

async fn answer(storage: Storage, request: Request) -> Result<Response, Failure> {
    let (head, body) = request.into_parts();
    let kind = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = boundary(kind).ok_or_else(|| Failure::invalid("The Content-Type names no boundary."))?;
    let body = axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))?;
    let parts = mixed::parts(&boundary, &body)?;
    if parts.len() > MOST_CALLS {
        return Err(Failure::invalid(format!(
            "The batch holds {} calls, {MOST_CALLS} are allowed.",
            parts.len()
        )));
    }
    let host = head.headers.get(header::HOST);
    let mut out = Vec::new();
    for part in parts {
        let response = match inner_request(part.bytes, host) {
            Ok(request) => Box::pin(serve(State(storage.clone()), request)).await,
            Err(failure) => failure.json(),
        };
        write_answer(&mut out, part.header("content-id"), response).await?;
    }
    out.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    let kind = format!("multipart/mixed; boundary={BOUNDARY}");
    Ok(([(header::CONTENT_TYPE, kind)], out).into_response())
}

/// The request in a part: a request line, headers, an empty line, the body.
fn inner_request(bytes: &[u8], host: Option<&HeaderValue>) -> Result<Request, Failure> {
    let wrong = || Failure::invalid("Failed to parse batch request.");
    let (head, body) = split_head(bytes);
    let head = std::str::from_utf8(head).map_err(|_| wrong())?;
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split_whitespace();
    let (method, target) = words.next().zip(words.next()).ok_or_else(wrong)?;
    let uri: http::Uri = target.parse().map_err(|_| wrong())?;
    if !uri.path().starts_with("/storage/v1/") {
        return Err(Failure::invalid(format!("A batch takes no {}", uri.path())));
    }
    let mut request = Request::builder().method(method).uri(uri);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| wrong())?;
        if name != header::HOST && name != header::CONTENT_LENGTH {
            request = request.header(name, value.trim());
        }
    }
    if let Some(host) = host {
        request = request.header(header::HOST, host);
    }
    request
        .body(Body::from(Bytes::copy_from_slice(body)))
        .map_err(|_| wrong())
}

fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let after = |needle: &[u8]| {
        let at = bytes.windows(needle.len()).position(|window| window == needle)?;
        Some((bytes.get(..at)?, bytes.get(at + needle.len()..)?))
    };
    after(b"\r\n\r\n")
        .or_else(|| after(b"\n\n"))
        .unwrap_or((bytes, &[]))
}

async fn write_answer(out: &mut Vec<u8>, id: Option<&str>, response: Response) -> Result<(), Failure> {
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .map_err(Failure::internal)?;
    let mut text = format!("--{BOUNDARY}\r\nContent-Type: application/http\r\n");
    if let Some(id) = id {
        // `<a+1>` is answered as `<response-a+1>`.
        let inner = id.trim_start_matches('<').trim_end_matches('>');
        text += &["Content-ID: <response-", inner, ">\r\n"].concat();
    }
    let reason = head.status.canonical_reason().unwrap_or_default();
    text += &["\r\nHTTP/1.1 ", head.status.as_str(), " ", reason, "\r\n"].concat();
    for (name, value) in &head.headers {
        text += &[
            name.as_str(),
            ": ",
            &String::from_utf8_lossy(value.as_bytes()),
            "\r\n",
        ]
        .concat();
    }
    text += &["Content-Length: ", &body.len().to_string(), "\r\n\r\n"].concat();
    out.extend(text.into_bytes());
    out.extend(body);
    out.extend(b"\r\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_is_a_request() {
        let text = b"PATCH /storage/v1/b/a/o/b?x=y HTTP/1.1\r\ncontent-type: application/json\r\n\r\n{}";
        let request = inner_request(text, None).unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().query()),
            ("PATCH", Some("x=y"))
        );
        assert_eq!(request.headers()["content-type"], "application/json");
        assert!(inner_request(b"GET /elsewhere HTTP/1.1\r\n\r\n", None).is_err());
    }

    proptest! {
        #[test]
        fn no_part_brings_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in "[A-Z]{3} /storage/v1/.{0,20}\r\n.{0,20}") {
            let _ = inner_request(&bytes, None);
            let _ = inner_request(text.as_bytes(), None);
        }
    }
}
