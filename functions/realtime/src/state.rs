//! What the function is made of.

use crate::authorize::Door;
use crate::backplane::RedisBackplane;
use crate::hubs::{Feed, Notifications, Video};
use crate::revoked::Revoked;
use crate::settings::Settings;
use access::Access;
use axum::Router;
use cloud::Cloud;
use contracts::hub::Hub;
use runtime::{Context, SetupError};
use signalr::{Credentials, Server};

/// What the function is made of.
#[derive(Clone)]
pub(crate) struct Realtime {
    pub(crate) cloud: Cloud,
    pub(crate) revoked: Revoked,
    server: Server,
}

impl Realtime {
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let settings = Settings::read(context.environment())?;
        let cloud = context.cloud().clone();
        let revoked = Revoked::new(cloud.cache().clone(), settings.revoked_kept);
        let door = Door::new(context, settings.tickets.clone(), revoked.clone());
        let access = Access::new(cloud.clone());
        let authorize = {
            let door = door.clone();
            move |credentials: Credentials| {
                let door = door.clone();
                async move { door.authorize(credentials).await }
            }
        };
        let server = Server::builder()
            .hub(
                Hub::Feed.as_str(),
                Feed::new(door.clone(), access.clone(), settings.telling),
            )
            .hub(Hub::Notifications.as_str(), Notifications::new(door.clone()))
            .hub(Hub::Video.as_str(), Video::new(door, access))
            .limits(settings.limits)
            .backplane(RedisBackplane::new(cloud.cache().clone()))
            .build(&settings.tickets.derive("connection tokens"), authorize);
        Ok(Self {
            cloud,
            revoked,
            server,
        })
    }

    /// The hubs under `/hubs`.
    pub(crate) fn routes(&self) -> Router {
        Router::new().nest("/hubs", self.server.routes())
    }

    /// Tells all clients to come back, to another instance, and waits until they have been told.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}
