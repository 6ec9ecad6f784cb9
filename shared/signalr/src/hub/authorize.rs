//! Who a client is. The library knows no tokens: its user does.

use futures::future::BoxFuture;
use serde_json::{Map, Value};
use std::{future::Future, sync::Arc, time::SystemTime};

/// What a request brings along.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The hub it is for.
    pub hub: Arc<str>,
    /// The bearer token of the `Authorization` header, else of the `access_token` query parameter.
    pub token: Option<String>,
    /// The request names a connection (`id`), so that it opens nothing without a genuine connection token for this hub and the
    /// session of the [`Identity`], which is looked at afterwards. Credentials that only begin a connection, and
    /// that clients go on sending, may be over by then.
    pub names_connection: bool,
}

/// Who a connection belongs to.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// The user, whose connections can be addressed together.
    pub user_id: Option<String>,
    /// The session, whose connections can be closed together.
    pub session_id: Option<String>,
    /// When the credentials expire; see [`Limits::close_on_expiry`](crate::Limits::close_on_expiry).
    pub expires: Option<SystemTime>,
    /// Whatever else the hub wants to know.
    pub claims: Map<String, Value>,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 401: no token, or one that is no good.
    Unauthorized,
    /// 403: a good token that may not use this hub.
    Forbidden,
    /// 503: it cannot be known at the moment.
    Unavailable,
}

/// Says who may connect. Asked for every request. Any `async` closure from [`Credentials`] is one.
pub trait Authorize: Send + Sync + 'static {
    /// The identity behind the credentials.
    fn authorize(&self, credentials: Credentials) -> impl Future<Output = Result<Identity, Refusal>> + Send;
}

impl<F, R> Authorize for F
where
    F: Fn(Credentials) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Identity, Refusal>> + Send,
{
    fn authorize(&self, credentials: Credentials) -> impl Future<Output = Result<Identity, Refusal>> + Send {
        self(credentials)
    }
}

/// [`Authorize`] without its type.
pub(crate) trait AnyAuthorize: Send + Sync {
    fn authorize(&self, credentials: Credentials) -> BoxFuture<'_, Result<Identity, Refusal>>;
}

pub(crate) struct Authorizer<A>(pub(crate) A);

impl<A: Authorize> AnyAuthorize for Authorizer<A> {
    fn authorize(&self, credentials: Credentials) -> BoxFuture<'_, Result<Identity, Refusal>> {
        Box::pin(self.0.authorize(credentials))
    }
}
