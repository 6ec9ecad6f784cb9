//! Every function as its own process, behind a path router.

use super::environment;
use super::process::Process;
use crate::infra::set_host;
use crate::router::{self, Table};
use local::{Addresses, Secrets};
use runtime::Environment;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Processes by function, and the router before them.
#[derive(Debug)]
pub(crate) struct Processes {
    environment: Environment,
    host: String,
    emulator: SocketAddr,
    processes: BTreeMap<String, Process>,
    more: Vec<Process>,
    table: Table,
    routing: JoinHandle<()>,
}

impl Processes {
    /// Starts them; `at.public` becomes where `listener` is, behind which they are.
    pub(crate) async fn start(
        listener: TcpListener,
        at: &mut Addresses,
        secrets: &Secrets,
        overrides: &[(&str, &str)],
    ) -> Self {
        at.public = listener.local_addr().expect("an address");
        let table = Table::new(at.project.clone(), at.emulator);
        let app = router::router(table.clone());
        let routing = tokio::spawn(async move {
            runtime::serve(listener, app, std::future::pending())
                .await
                .expect("it serves");
        });
        let environment = environment(at, secrets, overrides);
        let (host, emulator) = (at.internal_host(), at.emulator);
        let mut all = Self {
            environment,
            host,
            emulator,
            processes: BTreeMap::new(),
            more: Vec::new(),
            table,
            routing,
        };
        for function in local::functions() {
            all.table.add(function.description());
            all.revive(function.name()).await;
        }
        all
    }

    pub(crate) async fn kill(&mut self, function: &str) {
        let mut process = self.processes.remove(function).expect("it runs");
        process.kill().await;
    }

    pub(crate) async fn revive(&mut self, function: &str) {
        let process = Process::start(function, &self.environment).await;
        self.table.set(function, process.address);
        set_host(
            self.emulator,
            &format!("{function}.{}", self.host),
            process.address,
        )
        .await;
        self.processes.insert(function.to_owned(), process);
    }

    pub(crate) async fn another(&mut self, function: &str) -> SocketAddr {
        let process = Process::start(function, &self.environment).await;
        let address = process.address;
        self.more.push(process);
        address
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.routing.abort();
    }
}
