//! What stands for the cloud: one emulator and one Redis for the whole test binary, on threads that outlive every test.

use crate::folder;
use crate::tuning::processes_wanted;
use emulator::{Emulator, Options, Program};
use local::Redis;
use reqwest::{Client, Method};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;

/// An emulator and a Redis. Both end with it.
#[derive(Debug)]
pub struct Infra {
    /// Where the emulator is.
    pub address: SocketAddr,
    /// Where Redis is, `redis://...`.
    pub redis: String,
    /// The emulator itself, when it runs in this process.
    pub emulator: Option<Emulator>,
    /// The SQLite file that the emulator keeps everything in.
    pub database: PathBuf,
    _emulator: Option<Child>,
    _redis: Redis,
}

static INFRA: OnceLock<Infra> = OnceLock::new();

impl Infra {
    /// The one of this test binary, started at the first call: the emulator in this process, or as its own one when `KITH_FORM` says so.
    pub fn shared() -> &'static Self {
        INFRA.get_or_init(|| {
            let (tell, told) = std::sync::mpsc::channel();
            // the thread stays: Redis ends with the thread that started it
            std::thread::spawn(move || {
                let runtime = Runtime::new().expect("a runtime");
                runtime.block_on(async move {
                    let this = std::env::current_exe().expect("this program has a path");
                    let data = folder::own(this.parent().expect("a folder"));
                    tell.send(Self::start(&data, processes_wanted()).await)
                        .expect("somebody waits");
                    std::future::pending::<()>().await;
                });
            });
            told.recv().expect("the emulator and Redis start")
        })
    }

    /// Starts both over the folder `data`.
    pub async fn start(data: &Path, as_process: bool) -> Self {
        // quiet unless asked: `LOG=debug cargo test ...`
        let asked = runtime::Environment::from_process();
        if asked.iter().any(|(name, _)| name == "LOG") {
            runtime::start_telemetry(&asked);
        }
        runtime::install_crypto();
        let redis = Redis::start(&data.join("redis")).await.expect("Redis starts");
        let (address, emulator, child) = if as_process {
            let (child, address) = own_process(&data.join("cloud")).await;
            (address, None, Some(child))
        } else {
            let (emulator, address) = in_process(&data.join("cloud")).await;
            (address, Some(emulator), None)
        };
        Self {
            address,
            redis: redis.url(),
            emulator,
            database: data.join("cloud/emulator.db"),
            _emulator: child,
            _redis: redis,
        }
    }
}

/// From now on the emulator finds hosts that end in `suffix` at `address`.
pub(crate) async fn set_host(emulator: SocketAddr, suffix: &str, address: SocketAddr) {
    let body = json!({ "suffix": suffix, "address": address });
    let http = Client::builder().no_proxy().build().expect("a client");
    let request = http
        .request(Method::PUT, format!("http://{emulator}/_emulator/hosts"))
        .json(&body);
    let answer = request.send().await.expect("the emulator answers");
    assert!(answer.status().is_success(), "{answer:?}");
}

async fn in_process(data: &Path) -> (Emulator, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut options = Options::new(data);
    let program = |name: &str| Program {
        path: binary(name),
        args: Vec::new(),
        env: BTreeMap::new(),
    };
    options.images = local::jobs()
        .into_iter()
        .map(|job| (job.name.clone(), program(&job.name)))
        .collect();
    let emulator = Emulator::open(options).expect("the emulator opens");
    let serving = emulator.clone();
    tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
    (emulator, address)
}

async fn own_process(data: &Path) -> (Child, SocketAddr) {
    let mut command = Command::new(binary("emulator"));
    command
        .args(["--port", "0", "--parent-death", "--data"])
        .arg(data);
    for job in local::jobs() {
        command
            .arg("--image")
            .arg(format!("{}={}", job.name, binary(&job.name).display()));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .expect("the emulator is built: cargo build --workspace --bins");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = lines
        .next_line()
        .await
        .expect("readable")
        .expect("it says where it is");
    let address = line
        .rsplit("http://")
        .next()
        .and_then(|address| address.trim().parse().ok());
    (child, address.unwrap_or_else(|| panic!("no address in `{line}`")))
}

/// A binary of this workspace, built beside the program that runs (`cargo build --workspace --bins`).
pub fn binary(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    // tests are in `deps`, below the binaries
    let beside = this
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    beside.unwrap_or_else(|| panic!("{name} is not built: cargo build --workspace --bins"))
}
