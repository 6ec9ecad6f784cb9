//! `GET /api/auth/sessions`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::resources::{Page, Session};
use runtime::{Caller, Json, PageQuery, Query, Result};

/// The devices on which one is signed in, newest first.
///
/// One read for the account and one for each session.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth", params(PageQuery),
    responses((status = 200, body = Page<Session>)), security(("bearer" = [])))]
pub(crate) async fn list_sessions(
    caller: Caller,
    Query(page): Query<PageQuery>,
    State(auth): State<Auth>,
) -> Result<Json<Page<Session>>> {
    let scope = format!("sessions:{}", caller.user_id);
    let after = page.after(&auth.context, &scope)?;
    let documents = auth.cloud.documents();
    let account = store::account(documents, caller.user_id)
        .await?
        .ok_or_else(store::gone)?;
    let found = store::open_sessions(caller.user_id, after, page.limit()? + 1);
    let found = documents.query(found).await?;
    let found = page.page(&auth.context, &scope, found, store::position)?;
    let now = auth.now();
    let live = found
        .items
        .iter()
        .filter(|session| session.is_live(account.epoch, now));
    Ok(Json(Page {
        items: live.map(|session| session.view(caller.session_id)).collect(),
        next_cursor: found.next_cursor,
    }))
}
