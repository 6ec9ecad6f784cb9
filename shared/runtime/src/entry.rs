//! The same `main` for every function and every job.

use crate::context::SetupError;
use crate::serve::told_to_stop;
use crate::{App, Environment, Function, telemetry};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Serves one function on `PORT` (default 8080) of `HOST` (default all addresses, as Cloud Run wants it); with the argument `describe`
/// prints what it is and needs.
pub fn main(function: Function) -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("describe") {
        return describe(&function);
    }
    run(|environment| async move { serve_function(function, &environment).await })
}

/// Runs a job to its end: 0 when it is done, 1 when it is to be tried again.
pub fn job<F: Future<Output = Result<(), SetupError>>>(work: impl FnOnce(Environment) -> F) -> ExitCode {
    run(work)
}

fn run<F: Future<Output = Result<(), SetupError>>>(work: impl FnOnce(Environment) -> F) -> ExitCode {
    let environment = Environment::from_process();
    telemetry::start(&environment);
    install_crypto();
    let outcome = Runtime::new()
        .map_err(SetupError::from)
        .and_then(|runtime| runtime.block_on(work(environment)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", crate::error::Chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// One TLS stack: rustls with aws-lc-rs. A second call changes nothing.
pub fn install_crypto() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

async fn serve_function(function: Function, environment: &Environment) -> Result<(), SetupError> {
    let mut reader = environment.reader();
    let port = reader.or("PORT", 8080_u16);
    let host = reader.or("HOST", std::net::IpAddr::from(Ipv4Addr::UNSPECIFIED));
    reader.done()?;
    // the socket before anything else: Cloud Run sends the first request as soon as it is there
    let listener = TcpListener::bind(SocketAddr::new(host, port)).await?;
    let name = function.name().to_owned();
    let app = App::new([function]).assemble(environment)?;
    tracing::info!(function = name, address = %listener.local_addr()?, "listening");
    Ok(app.serve(listener, told_to_stop()).await?)
}

fn describe(function: &Function) -> ExitCode {
    match serde_json::to_string_pretty(function.description()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}
