//! Passing a request on, and tunnelling what follows an upgrade.

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Could not be passed on.
pub(super) type ForwardError = Box<dyn std::error::Error + Send + Sync>;

/// Sends `request` to `address` over a connection of its own.
pub(super) async fn forward(address: SocketAddr, mut request: Request) -> Result<Response, ForwardError> {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = HeaderValue::from_str(&peer.ip().to_string())?;
        request.headers_mut().append("x-forwarded-for", peer);
    }
    let client = hyper::upgrade::on(&mut request);
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    tokio::spawn(connection.with_upgrades());
    let mut response = sender.send_request(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let server = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let (Ok(client), Ok(server)) = tokio::join!(client, server) {
                let (mut client, mut server) = (TokioIo::new(client), TokioIo::new(server));
                // either side may end it at any time
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        });
    }
    Ok(response.map(Body::new))
}
