//! Serving until told to stop.

use axum::Router;
use axum::serve::ListenerExt;
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
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_saying(listener, router, stop, std::future::ready(())).await
}

/// As [`serve`], and after the stop `farewell` beside the requests under way.
#[expect(clippy::disallowed_methods, reason = "this is what wraps it")]
pub(crate) async fn serve_saying(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    farewell: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let (stopping, mut stopped) = watch::channel(false);
    let signal = async move {
        stop.await;
        let _ = stopping.send(true);
    };
    // small answers and hub frames go out at once, not when the peer has acknowledged the last ones
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(signal);
    let mut told = stopped.clone();
    let finishing = async {
        let farewell = async {
            // an error means that serving has ended by itself: there is nobody to part from
            if told.wait_for(|stopped| *stopped).await.is_ok() {
                farewell.await;
            }
        };
        let (ended, ()) = tokio::join!(serving, farewell);
        ended
    };
    tokio::select! {
        ended = finishing => ended,
        () = async {
            // an error means that serving has ended, which the other arm reports
            if stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn the_farewell_is_said_after_the_stop_and_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (said, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let farewell = async {
            assert!(over.load(Ordering::SeqCst), "before the stop");
            tokio::task::yield_now().await;
            said.store(true, Ordering::SeqCst);
        };
        let serving = serve_saying(
            listener,
            Router::new(),
            async { stopped.await.unwrap() },
            farewell,
        );
        let stopping = async {
            tokio::task::yield_now().await;
            over.store(true, Ordering::SeqCst);
            stop.send(()).unwrap();
        };
        let (served, ()) = tokio::join!(serving, stopping);
        served.unwrap();
        assert!(said.load(Ordering::SeqCst));
    }
}
