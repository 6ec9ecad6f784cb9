//! `/api/openapi.json`, and a page to read it.

use crate::context::SetupError;
use axum::Router;
use axum::http::header;
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

/// One document of several.
pub(crate) fn merge<'a>(documents: impl IntoIterator<Item = &'a OpenApi>) -> OpenApi {
    let info = InfoBuilder::new().title("Kith").version(env!("CARGO_PKG_VERSION")).description(Some(
        "The complete backend for a social product. Errors are problem documents (RFC 9457); times are RFC 3339 in UTC; lists are walked with cursors.",
    ));
    let mut all = OpenApiBuilder::new().info(info.build()).build();
    for document in documents {
        all.merge(document.clone());
    }
    all
}

/// The document and the page.
pub(crate) fn routes(document: &OpenApi) -> Result<Router, SetupError> {
    let json = Bytes::from(serde_json::to_vec(document)?);
    let document = move || {
        let json = json.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], json) }
    };
    let page = || async {
        (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            include_str!("docs.html"),
        )
    };
    Ok(Router::new()
        .route("/api/openapi.json", get(document))
        .route("/api/docs", get(page)))
}
