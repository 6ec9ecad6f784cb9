//! `kith`: all of Kith in one process.

use clap::{Parser, Subcommand};
use local::{Addresses, Kith, Options};
use runtime::Environment;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// All of Kith in one process: every function, the emulator of Google's services, and a child Redis.
#[derive(Debug, Parser)]
#[command(name = "kith", version)]
struct Arguments {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that holds everything; delete it to begin anew.
    #[arg(long, default_value = ".kith")]
    data: PathBuf,
    /// A variable of the functions, over what a local Kith sets: `LOGIN_FAILURES=50`.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = variable)]
    overrides: Vec<(String, String)>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print what every function and job is and needs.
    Describe,
    /// Print the OpenAPI document.
    Openapi,
    /// Count again what people see: reactions, comments, followers. The functions do it while they serve.
    Recount {
        /// Where the emulator of a local Kith is, as it said when it started; without it, the cloud that the environment names.
        #[arg(long)]
        emulator: Option<SocketAddr>,
    },
    /// Run a job as Cloud Run would; the emulator calls this.
    #[command(hide = true)]
    Job {
        /// Which.
        name: String,
    },
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Describe) => print(local::describe().map_err(Into::into)),
        Some(Command::Openapi) => print(Ok(runtime::App::new(local::functions()).openapi())),
        Some(Command::Recount { emulator }) => runtime::job(|environment| recount(emulator, environment)),
        Some(Command::Job { name }) if name == "transcode" => transcode::main(),
        Some(Command::Job { name }) => {
            eprintln!("there is no job {name}");
            ExitCode::FAILURE
        }
        None => runtime::job(|environment| serve(arguments, environment)),
    }
}

fn print<T: serde::Serialize>(value: Result<T, runtime::SetupError>) -> ExitCode {
    match value.and_then(|value| Ok(serde_json::to_string_pretty(&value)?)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn recount(emulator: Option<SocketAddr>, environment: Environment) -> Result<(), runtime::SetupError> {
    let environment = emulator.map_or(environment, local::environment_beside);
    let things = local::recount(&environment).await?;
    println!("{things} things are being counted again");
    Ok(())
}

async fn serve(arguments: Arguments, _: Environment) -> Result<(), runtime::SetupError> {
    let options = Options {
        port: arguments.port,
        data: arguments.data,
        program: std::env::current_exe()?,
        overrides: arguments.overrides,
    };
    let kith = Kith::start(options).await?;
    kith.serve(runtime::told_to_stop(), announce).await
}

fn announce(at: &Addresses) {
    let Addresses { public, emulator, .. } = at;
    println!("Kith is ready at http://{public}");
    println!("  API       http://{public}/api/docs");
    println!("  OpenAPI   http://{public}/api/openapi.json");
    println!("  hubs      http://{public}/hubs/feed, /hubs/notifications, /hubs/video");
    println!("  mailbox   http://{emulator}/_mailbox  (mail that would have been sent)");
    println!(
        "  emulator  http://{emulator}/_emulator/  (what is stored in it, what runs, and what goes wrong on request)"
    );
}
