//! `PUT /api/auth/username`

use crate::model::{Account, check_username};
use crate::state::Auth;
use crate::store::{self, USERNAMES};
use axum::extract::State;
use contracts::events::identity::UsernameChanged;
use contracts::{Check, Refusal, resources};
use runtime::{Body, Caller, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewUsername {
    /// 3 to 30 of `a-z 0-9 _ .`, starting with a letter; unique, whatever the case.
    #[schema(example = "ann.lee")]
    username: String,
}

/// Take another username.
///
/// The old one stays reserved for its owner for 30 days. The profile follows in a moment; access tokens say the new name from the next
/// refresh on. 409 `username_taken`. Three reads, four writes.
#[utoipa::path(put, path = "/api/auth/username", tag = "auth", request_body = NewUsername,
    responses((status = 200, body = resources::Account), (status = 409), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn change_username(
    caller: Caller,
    State(auth): State<Auth>,
    Body(new): Body<NewUsername>,
) -> Result<Json<resources::Account>> {
    let mut check = Check::new();
    let username = check_username(&mut check, &new.username);
    check.done()?;
    let account = cloud::on_contention(|| rename(&auth, &caller, &username)).await?;
    Ok(Json(account.view()))
}

async fn rename(auth: &Auth, caller: &Caller, username: &str) -> cloud::Result<Account> {
    let (documents, now) = (auth.cloud.documents(), auth.now());
    let account = store::account(documents, caller.user_id)
        .await?
        .ok_or_else(store::gone)?;
    if account.username == username {
        return Ok(account.into_inner());
    }
    let names = [username, account.username.as_str()];
    let [wanted, old] = store::username_claims(documents, names).await?;
    if wanted
        .as_ref()
        .is_some_and(|claim| !claim.is_free_to(caller.user_id, now))
    {
        return Err(username_taken().into());
    }
    let renamed = Account {
        username: username.to_owned(),
        ..(*account).clone()
    };
    let mut commit =
        auth.commit()
            .update(&account, &renamed)
            .save(USERNAMES, wanted.as_ref(), &renamed.username_claim());
    if let Some(old) = &old {
        commit = commit.update(old, &old.reserved(now + auth.reservation));
    }
    commit
        .emit(&UsernameChanged {
            user_id: caller.user_id,
            username: username.to_owned(),
        })
        .await?;
    Ok(renamed)
}

/// The refusal of a name that somebody has, or had a short while ago.
pub(super) fn username_taken() -> Refusal {
    Refusal::conflict("username_taken", "there is an account with this username")
}
