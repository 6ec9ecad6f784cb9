//! The page at `/_emulator/`: what people see of the emulator. One document, put together from the files beside this one when the crate is
//! built; it asks nothing but the emulator.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// The whole document. Scripts are one module, in this order.
const PAGE: &str = concat!(
    include_str!("head.html"),
    "<style>\n",
    include_str!("style.css"),
    "</style>\n",
    include_str!("body.html"),
    "<script>\n\"use strict\";\n",
    include_str!("elements.js"),
    include_str!("asking.js"),
    include_str!("overview.js"),
    include_str!("documents.js"),
    include_str!("messages.js"),
    include_str!("objects.js"),
    include_str!("jobs.js"),
    include_str!("schedules.js"),
    include_str!("faults.js"),
    include_str!("start.js"),
    "</script>\n</body>\n</html>\n",
);

/// What is stored may come from strangers: it is shown as text, and nothing of it can run or be fetched from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /_emulator/`.
pub(super) async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, PAGE).into_response()
}
