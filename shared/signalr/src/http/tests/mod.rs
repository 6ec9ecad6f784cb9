//! The whole server, over real sockets.

mod client;
mod hubs;
mod lifetime;
mod requests;
mod traffic;
