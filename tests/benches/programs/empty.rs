//! What an axum program costs at the least: one route, nothing else. `empty PORT` listens on 127.0.0.1.

use axum::{Router, routing::get};
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "it is what ours is compared with")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).ok_or("which port?")?.parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let app = Router::new().route("/health/live", get(async || "ok"));
    axum::serve(listener, app).await?;
    Ok(())
}
