//! Starting all of it, in the order in which one needs the other.

use crate::environment::Addresses;
use crate::{Redis, Secrets, environment, functions, job_environment, provision, with_objects};
use emulator::{Emulator, Program};
use runtime::{App, Assembled};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use tokio::net::TcpListener;

/// The project of a local Kith.
pub(crate) const PROJECT: &str = "kith-local";

/// How to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The folder that holds everything.
    pub data: PathBuf,
    /// The executable that runs a job when called with `job NAME`.
    pub program: PathBuf,
    /// Variables that go over those that a local Kith sets: what a person wants to try.
    pub overrides: Vec<(String, String)>,
}

/// A Kith that runs until it is told to stop.
#[derive(Debug)]
pub struct Kith {
    at: Addresses,
    redis: Redis,
    emulator: Emulator,
    emulator_listener: TcpListener,
    public_listener: TcpListener,
    app: Assembled,
}

/// Kith did not start.
pub type KithError = Box<dyn std::error::Error + Send + Sync>;

impl Kith {
    /// Starts everything but serving.
    ///
    /// # Errors
    /// The port is taken, the folder cannot be used, Redis is not installed, ...
    pub async fn start(options: Options) -> Result<Self, KithError> {
        std::fs::create_dir_all(&options.data)?;
        let secrets = Secrets::open(&options.data.join("secrets.json"))?;
        // both sockets first: what is pushed or asked from now on waits until it is answered
        let public_listener = listen(options.port).await?;
        let emulator_listener = listen(0).await?;
        let redis = Redis::start(&options.data.join("redis")).await?;
        let at = Addresses {
            project: PROJECT.to_owned(),
            public: public_listener.local_addr()?,
            emulator: emulator_listener.local_addr()?,
            redis: redis.url(),
        };
        let emulator = Emulator::open(emulator_options(&options, &at))?;
        let mut environment = environment(&at, &secrets);
        let keys = secrets.keys_file(&options.data)?;
        environment.set("SIGNING_KEYS_FILE", keys.display().to_string());
        for (name, value) in &options.overrides {
            environment.set(name, value.clone());
        }
        let app = App::new(functions())
            .assemble(&environment)?
            .around(|router| with_objects(router, emulator.clone()));
        Ok(Self {
            at,
            redis,
            emulator,
            emulator_listener,
            public_listener,
            app,
        })
    }

    /// Where things are.
    pub fn addresses(&self) -> &Addresses {
        &self.at
    }

    /// Makes topics, subscriptions, buckets, jobs and schedules, says that it is ready, and serves until `stop` is done.
    ///
    /// # Errors
    /// What is needed cannot be made, or a listener failed.
    pub async fn serve(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        ready: impl FnOnce(&Addresses),
    ) -> Result<(), KithError> {
        let emulator = self.emulator.clone();
        let api = tokio::spawn(async move {
            emulator
                .serve(self.emulator_listener, std::future::pending())
                .await
        });
        provision::apply(&crate::describe()?, &self.at, &BTreeMap::new()).await?;
        ready(&self.at);
        let served = self.app.serve(self.public_listener, stop).await;
        api.abort();
        drop(self.redis);
        Ok(served?)
    }
}

async fn listen(port: u16) -> Result<TcpListener, KithError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("port {port}: {error}").into())
}

fn emulator_options(options: &Options, at: &Addresses) -> emulator::Options {
    let mut emulator = emulator::Options::new(options.data.join("cloud"));
    emulator.hosts.insert(at.internal_host(), at.public);
    let env: BTreeMap<String, String> = job_environment(at)
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for job in crate::jobs() {
        let args = vec!["job".to_owned(), job.name.clone()];
        emulator.images.insert(
            job.name,
            Program {
                path: options.program.clone(),
                args,
                env: env.clone(),
            },
        );
    }
    emulator
}
