//! Cloud Storage: the JSON API, the XML paths that signed URLs use, and the gRPC control plane.

mod attributes;
mod bucket;
mod buckets;
mod change;
mod changes;
mod checksum;
mod control;
mod copies;
mod cors;
mod encoding;
mod failure;
mod files;
mod glob;
mod grpc;
mod json;
mod lifecycle;
mod list;
mod notices;
mod notification;
mod object;
mod params;
mod parts;
mod precondition;
mod range;
mod reads;
mod rewrite;
mod sending;
mod session;
mod signed;
mod state;
mod store;
mod sweep;
#[cfg(test)]
mod tests;
mod time;
mod upload;
mod xml;

use crate::core::{Core, StartError};
use crate::pubsub::PubSub;
use axum::Router;
use failure::{Failure, Kind};
use files::Files;
use notices::Outbox;
use state::State;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use xml::Trust;

/// Buckets, objects, uploads in progress.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    files: Files,
    state: Mutex<State>,
    outbox: Outbox,
    uploads: session::Uploads,
    /// Where the emulator was last served: for addresses in answers to clients that send `Host` without the port.
    address: Mutex<Option<SocketAddr>>,
}

impl Storage {
    /// Loads everything, sweeps files that nothing names, and sends the notifications that were left.
    pub(crate) fn open(core: Arc<Core>, pubsub: PubSub) -> Result<Self, StartError> {
        let files = Files::open(&core.data, core.durability, core.slow_disk.clone())?;
        let (state, notices) = store::load(&core.db, core.clock.now_micros() - session::LIFETIME_MICROS)?;
        files.sweep(&state.files())?;
        core.clock.rise_above(state.newest());
        let inner = Inner {
            outbox: Outbox::new(Arc::clone(&core), pubsub),
            uploads: session::Uploads::default(),
            address: Mutex::new(None),
            state: Mutex::new(state),
            files,
            core,
        };
        inner.outbox.send(notices);
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// All of it.
    pub(crate) fn router(&self) -> Router {
        let apis = json::router(self.clone())
            .merge(grpc::router(self.clone()))
            .merge(control::router(self.clone()));
        apis.merge(xml::router(self.clone(), Trust::Clients))
    }

    /// Only `/{bucket}/{object}`: signed URLs and public objects.
    pub(crate) fn public_router(&self) -> Router {
        xml::router(self.clone(), Trust::Nobody)
    }

    pub(crate) fn has_bucket(&self, name: &str) -> bool {
        self.state().buckets.contains_key(name)
    }

    /// The project of a bucket.
    pub(crate) fn project_of(&self, bucket: &str) -> Option<String> {
        let state = self.state();
        state.buckets.get(bucket).map(|held| held.bucket.project.clone())
    }

    /// The projects that have buckets.
    pub(crate) fn projects(&self) -> Vec<String> {
        let state = self.state();
        let project = |held: &state::Held| held.bucket.project.clone();
        state.buckets.values().map(project).collect()
    }

    /// Notifications that are not published yet.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        self.inner.outbox.pending(project)
    }

    /// From now on the emulator is reached at `address`.
    pub(crate) fn served_at(&self, address: SocketAddr) {
        *self.inner.address.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// What addresses in answers begin with. `Host` as the client sent it when it has a port (it may stand before a proxy); some clients
    /// leave the port out, then it is where the emulator is served.
    fn base(&self, headers: &http::HeaderMap) -> String {
        let host = headers
            .get(http::header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        let served = *self.inner.address.lock().unwrap_or_else(PoisonError::into_inner);
        match served {
            Some(address) if !has_port(host) => format!("http://{address}"),
            _ => format!("http://{host}"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that a fault refuses, in the dialect of its path.
pub(crate) fn refused(status: &tonic::Status, xml: bool) -> axum::response::Response {
    let code = crate::rest::names(status.code()).0.as_u16();
    let failure = Failure::new(Kind::Fault(code), status.message());
    if xml { failure.xml() } else { failure.json() }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}
