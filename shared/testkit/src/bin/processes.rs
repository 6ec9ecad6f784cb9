//! Kith as separate processes on one machine: the emulator, Redis, every function's own binary on its own port, and a path router before
//! them. For trying what `kith` does in one process the way it is deployed; `scripts/processes` starts it.

use clap::Parser;
use local::Secrets;
use std::error::Error;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use testkit::{Infra, Kith};
use tokio::net::TcpListener;

/// Kith as separate processes behind a path router.
#[derive(Debug, Parser)]
struct Arguments {
    /// The router's port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that holds everything.
    #[arg(long, default_value = ".kith-processes")]
    data: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.data)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let secrets = Secrets::open(&arguments.data.join("secrets.json")).map_err(|error| error.to_string())?;
    let infra = Infra::start(&arguments.data, true).await;
    let kith = Kith::launch(&infra, listener, "kith-processes".to_owned(), secrets, &[], true).await;
    println!(
        "Kith is ready at {}, every function in a process of its own",
        kith.url()
    );
    runtime::told_to_stop().await;
    Ok(())
}
