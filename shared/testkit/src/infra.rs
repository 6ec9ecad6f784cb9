//! One emulator and one Redis for the whole test binary, on threads that outlive every test.

use emulator::{Emulator, Options, Program};
use local::{Addresses, Redis, job_environment};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What all tests share.
#[derive(Debug)]
pub struct Infra {
    /// The emulator.
    pub emulator: Emulator,
    /// Where the emulator is.
    pub address: SocketAddr,
    /// Where Redis is, `redis://...`.
    pub redis: String,
    _redis: Redis,
    _data: TempDir,
}

static INFRA: OnceLock<Infra> = OnceLock::new();

impl Infra {
    /// The one of this test binary, started at the first call.
    pub fn shared() -> &'static Self {
        INFRA.get_or_init(|| {
            let (tell, told) = std::sync::mpsc::channel();
            // the thread stays: Redis ends with the thread that started it
            std::thread::spawn(move || {
                let runtime = Runtime::new().expect("a runtime");
                runtime.block_on(async move {
                    tell.send(Self::start().await).expect("somebody waits");
                    std::future::pending::<()>().await;
                });
            });
            told.recv().expect("the emulator and Redis start")
        })
    }

    async fn start() -> Self {
        // quiet unless asked: `LOG=debug cargo test ...`
        let asked = runtime::Environment::from_process();
        if asked.iter().any(|(name, _)| name == "LOG") {
            runtime::start_telemetry(&asked);
        }
        runtime::install_crypto();
        let data = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let redis = Redis::start(&data.path().join("redis"))
            .await
            .expect("Redis starts");
        let mut options = Options::new(data.path().join("cloud"));
        options.images = images(address, &redis);
        let emulator = Emulator::open(options).expect("the emulator opens");
        let serving = emulator.clone();
        tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
        Self {
            emulator,
            address,
            redis: redis.url(),
            _redis: redis,
            _data: data,
        }
    }
}

/// Jobs are run by their own binaries; the project comes with the job's own variables.
fn images(emulator: SocketAddr, redis: &Redis) -> BTreeMap<String, Program> {
    let at = Addresses {
        project: String::new(),
        public: emulator,
        emulator,
        redis: redis.url(),
    };
    let mut env: BTreeMap<String, String> = job_environment(&at)
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    env.retain(|name, _| name != "GOOGLE_CLOUD_PROJECT" && name != "REDIS_PREFIX");
    let program = |name: &str| Program {
        path: binary(name),
        args: Vec::new(),
        env: env.clone(),
    };
    local::jobs()
        .into_iter()
        .map(|job| (job.name.clone(), program(&job.name)))
        .collect()
}

/// A binary of this workspace, built beside the tests (`cargo build --workspace --bins`).
pub fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("this program has a path");
    let target = tests.ancestors().nth(2).expect("target/debug/deps/tests");
    target.join(name)
}
