//! A hub without its type, as the server holds it. A panic in a hub ends its call, not the connection.

use super::{Hub, HubError, Method, Methods};
use crate::{
    connection::Disconnect,
    protocol::{Invocation, Outcome},
    server::Caller,
};
use futures::{FutureExt, future::BoxFuture};
use std::{future::Future, panic::AssertUnwindSafe, sync::Arc};

pub(crate) trait AnyHub: Send + Sync {
    fn name(&self) -> &Arc<str>;
    fn methods(&self) -> Vec<Method>;
    fn connected(&self, caller: Caller) -> BoxFuture<'static, Result<(), HubError>>;
    fn invoke(&self, caller: Caller, invocation: Invocation) -> BoxFuture<'static, Outcome>;
    fn disconnected(&self, caller: Caller, reason: Disconnect) -> BoxFuture<'static, ()>;
}

pub(crate) struct Mounted<H> {
    name: Arc<str>,
    hub: Arc<H>,
    methods: Methods<H>,
}

impl<H: Hub> Mounted<H> {
    pub(crate) fn new(name: &str, hub: H) -> Self {
        Self {
            name: name.into(),
            hub: Arc::new(hub),
            methods: H::methods(),
        }
    }
}

async fn caught<T>(call: impl Future<Output = Result<T, HubError>>) -> Result<T, HubError> {
    let caught = AssertUnwindSafe(call).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(HubError::internal("a panic in a hub")))
}

fn report(error: &HubError, hub: &str, method: &str) {
    match error {
        HubError::Internal(error) => tracing::error!(hub, method, error = %error, "a hub method failed"),
        other => tracing::debug!(hub, method, error = %other, "a call was refused"),
    }
}

impl<H: Hub> AnyHub for Mounted<H> {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn methods(&self) -> Vec<Method> {
        self.methods.list()
    }

    fn connected(&self, caller: Caller) -> BoxFuture<'static, Result<(), HubError>> {
        let (hub, name) = (Arc::clone(&self.hub), Arc::clone(&self.name));
        Box::pin(async move {
            let result = caught(hub.connected(&caller)).await;
            result.inspect_err(|error| report(error, &name, "connected"))
        })
    }

    fn invoke(&self, caller: Caller, invocation: Invocation) -> BoxFuture<'static, Outcome> {
        let (name, hub) = (Arc::clone(&self.name), Arc::clone(&self.hub));
        let Invocation {
            target,
            arguments,
            stream_ids,
            ..
        } = invocation;
        let call = if stream_ids.is_empty() {
            self.methods.call(hub, caller, &target, arguments)
        } else {
            Err(HubError::Arguments(
                "Streams from the client are not supported.".to_owned(),
            ))
        };
        Box::pin(async move {
            let result = match call {
                Ok(call) => caught(call).await,
                Err(error) => Err(error),
            };
            match result {
                Ok(result) => Outcome::Result(result),
                Err(error) => {
                    report(&error, &name, &target);
                    Outcome::Error(error.for_client(&target))
                }
            }
        })
    }

    fn disconnected(&self, caller: Caller, reason: Disconnect) -> BoxFuture<'static, ()> {
        let (hub, name) = (Arc::clone(&self.hub), Arc::clone(&self.name));
        Box::pin(async move {
            let call = async {
                hub.disconnected(&caller, &reason).await;
                Ok(())
            };
            if let Err(error) = caught(call).await {
                report(&error, &name, "disconnected");
            }
        })
    }
}
