//! Serving until told to stop.

use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long requests under way may still take after the stop: Cloud Run kills ten seconds after SIGTERM.
const GRACE: Duration = Duration::from_secs(9);

/// Serves `router` (HTTP/1, h2c and WebSockets) until `stop` is done, then lets requests under way finish for nine seconds.
///
/// # Errors
/// The listener failed.
#[expect(clippy::disallowed_methods, reason = "this is what wraps it")]
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, mut stopped) = watch::channel(false);
    let signal = async move {
        stop.await;
        let _ = stopping.send(true);
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(signal);
    tokio::select! {
        ended = serving => ended,
        () = async {
            // an error means that serving has ended, which the other arm reports
            let _ = stopped.wait_for(|stopped| *stopped).await;
            tokio::time::sleep(GRACE).await;
        } => {
            tracing::warn!("requests were still under way at the end of the grace period");
            Ok(())
        }
    }
}

/// Done at SIGTERM or SIGINT.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () }
        }
        _ => std::future::pending().await,
    }
}
