//! Two servers that send one publish to all sockets in a room, and the sockets.
//!
//! Either server is a process of its own: this program, started with [`SERVE`]. It says on its output where its WebSockets and its
//! control port are; each number of four bytes that comes at the control port is a publish to the room of that number.

mod floor;
mod frames;
mod kith;
mod member;
mod process;

pub(crate) use member::Member;
pub(crate) use process::ServerProcess;

use crate::support::Outcome;
use axum::Router;
use axum::serve::ListenerExt;
use serde::Serialize;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// The argument that makes this program a server.
pub(crate) const SERVE: &str = "serve";

/// What stands once in every message, and in nothing else that a server sends.
pub(crate) const MARK: u8 = b'^';
/// What a member is told when all that is published from now on will reach it.
pub(crate) const JOINED: &str = "joined";

/// A server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Ours: a hub of the library `signalr`, a group for each room.
    Kith,
    /// The least that axum can do: a task and a bounded queue for each connection, the text of a message shared by all.
    Floor,
}

impl Kind {
    /// Both, the baseline first.
    pub(crate) const ALL: [Self; 2] = [Self::Floor, Self::Kith];

    /// Its name as an argument and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kith => "kith",
            Self::Floor => "axum",
        }
    }
}

/// What is published: a hundred bytes of JSON.
#[derive(Serialize)]
struct Said {
    text: &'static str,
}

const SAID: Said = Said {
    text: "^ lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididu",
};

/// How a server publishes.
trait Rooms: Send + Sync + 'static {
    /// Sends [`SAID`] to all in the room.
    fn publish(&self, room: u32) -> impl Future<Output = Outcome> + Send;
}

/// Is a server until the control port's client goes away.
pub(crate) fn serve(name: &str) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
        Some(Kind::Kith) => runtime.block_on(serve_rooms(kith::server())),
        Some(Kind::Floor) => runtime.block_on(serve_rooms(floor::server())),
        None => Err(format!("there is no server {name:?}").into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "both servers are served in the same plain way"
)]
async fn serve_rooms((app, rooms): (Router, impl Rooms)) -> Outcome {
    let sockets = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let control = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{} {}", sockets.local_addr()?, control.local_addr()?);
    // else a second message waits for the client's delayed acknowledgement of the first, some 40 ms
    let sockets = sockets.tap_io(|stream| drop(stream.set_nodelay(true)));
    let serving = tokio::spawn(async move { axum::serve(sockets, app).await });
    let (orders, _) = control.accept().await?;
    let ended = obey(orders, &rooms).await;
    serving.abort();
    ended
}

async fn obey(mut orders: TcpStream, rooms: &impl Rooms) -> Outcome {
    loop {
        match orders.read_u32().await {
            Ok(room) => rooms.publish(room).await?,
            Err(_) => return Ok(()),
        }
    }
}

/// Where a server is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    /// Its WebSockets.
    pub(crate) sockets: SocketAddr,
    /// Its control port.
    pub(crate) control: SocketAddr,
}
