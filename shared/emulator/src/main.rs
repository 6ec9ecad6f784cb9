//! The emulator as a program of its own.

use clap::Parser;
use emulator::{Durability, Emulator, Options, Program};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Firestore, Pub/Sub, Cloud Storage, Cloud Run Jobs, Cloud Scheduler and bits of IAM on one port of 127.0.0.1.
///
/// It speaks Google's protocols (gRPC and JSON side by side), so what talks to it is what talks to Google. It trusts whoever reaches it.
#[derive(Debug, Parser)]
#[command(name = "emulator", version, after_help = AFTER_HELP)]
struct Arguments {
    /// The folder that holds everything; what was acknowledged survives `kill -9`. Delete it to begin anew.
    #[arg(long, value_name = "FOLDER", default_value = ".emulator")]
    data: PathBuf,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8085)]
    port: u16,
    /// Where requests to a host and all below it go, as push endpoints and schedules name hosts; again for more.
    #[arg(long = "host", value_name = "SUFFIX=ADDRESS", value_parser = host)]
    hosts: Vec<(String, SocketAddr)>,
    /// The program that stands for a container image in Cloud Run Jobs; again for more.
    #[arg(long = "image", value_name = "NAME=PATH", value_parser = image)]
    images: Vec<(String, PathBuf)>,
    /// What is stored survives the death of the machine too, not only of this process: some milliseconds a write.
    #[arg(long)]
    sync: bool,
    /// End when the process that started this one does.
    #[arg(long)]
    parent_death: bool,
}

const AFTER_HELP: &str = "\
Example:
  emulator --port 8085 --host app.internal=127.0.0.1:8080 --image worker=target/debug/worker

It prints where it listens and the variables that Google's clients read. RUST_LOG sets what it logs (to stderr), for example
RUST_LOG=emulator=debug. What is stored, what runs and what goes wrong on request is seen at http://127.0.0.1:8085/_emulator/.";

/// How often the parent is looked for.
const PARENT_INTERVAL: Duration = Duration::from_millis(200);
/// How long open streams have to end; all that was acknowledged is stored anyway.
const GRACE: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let ended = runtime.block_on(run(arguments));
    // a name that is being looked up for a push would keep the process alive
    runtime.shutdown_background();
    ended
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let address = listener.local_addr()?;
    let mut options = Options::new(arguments.data);
    if arguments.sync {
        options.durability = Durability::Machine;
    }
    options.hosts = arguments.hosts.into_iter().collect();
    let program = |path| Program {
        path,
        args: Vec::new(),
        env: BTreeMap::new(),
    };
    options.images = arguments
        .images
        .into_iter()
        .map(|(name, path)| (name, program(path)))
        .collect();
    let emulator = Emulator::open(options)?;
    announce(address);

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = emulator.serve(listener, async {
        let _ = stopped.await;
    });
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => return Ok(served?),
        () = told_to_stop(arguments.parent_death) => {}
    }
    let _ = stop.send(());
    // streams that clients keep open have no end of their own
    let _ = tokio::time::timeout(GRACE, serving).await;
    Ok(())
}

/// Says where it is, and what Google's clients want to know. Whoever started it may have closed its output.
fn announce(address: SocketAddr) {
    let lines = format!(
        "The emulator listens on http://{address}
  export FIRESTORE_EMULATOR_HOST={address}
  export PUBSUB_EMULATOR_HOST={address}
  export STORAGE_EMULATOR_HOST=http://{address}
  page   http://{address}/_emulator/
"
    );
    let mut out = std::io::stdout();
    let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
}

/// Waits for Ctrl-C, SIGTERM or, when asked, the end of the parent.
async fn told_to_stop(with_parent: bool) {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
        () = orphaned(), if with_parent => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Waits until this process has another parent than at the start.
#[cfg(unix)]
async fn orphaned() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(PARENT_INTERVAL).await;
    }
}

#[cfg(not(unix))]
async fn orphaned() {
    std::future::pending().await
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=')
        .ok_or_else(|| format!("{text:?} has no \"=\""))
}

fn host(text: &str) -> Result<(String, SocketAddr), String> {
    let (suffix, address) = pair(text)?;
    let address = address.parse().map_err(|error| format!("{address:?}: {error}"))?;
    Ok((suffix.to_owned(), address))
}

fn image(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) = pair(text)?;
    Ok((name.to_owned(), PathBuf::from(path)))
}
