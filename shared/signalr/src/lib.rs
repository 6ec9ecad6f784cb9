#![doc = include_str!("../README.md")]

pub mod connection;
mod http;
mod hub;
mod limits;
pub mod negotiate;
pub mod protocol;
mod server;

pub use connection::Disconnect;
pub use hub::{
    Answer, AtOnce, Authorize, Credentials, Handler, Hub, HubError, Identity, Method, Methods, Refusal,
};
pub use limits::Limits;
pub use negotiate::ConnectionId;
pub use protocol::Close;
pub use server::{
    Backplane, BackplaneError, Builder, Caller, Clients, CloseOrder, EncodeError, Envelope, Event, JoinError,
    LeaveOrder, MemoryBus, NotATopic, Receiver, Recipients, SendError, Server, Topic,
};
