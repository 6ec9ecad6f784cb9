//! All functions in this process, on one port.

use super::environment;
use crate::Infra;
use crate::infra::set_host;
use local::{Addresses, Secrets};
use runtime::{App, Environment, Function};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Served until it is dropped.
#[derive(Debug)]
pub(crate) struct One {
    environment: Environment,
    serving: Vec<JoinHandle<()>>,
}

impl One {
    pub(crate) async fn start(
        listener: TcpListener,
        at: &mut Addresses,
        secrets: &Secrets,
        overrides: &[(&str, &str)],
    ) -> Self {
        at.public = listener.local_addr().expect("an address");
        set_host(at.emulator, &at.internal_host(), at.public).await;
        let environment = environment(at, secrets, overrides);
        let mut one = Self {
            environment,
            serving: Vec::new(),
        };
        one.serve(listener, local::functions());
        one
    }

    /// One more instance of a function, beside the one that is there.
    pub(crate) async fn another(&mut self, function: &str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let wanted = local::functions()
            .into_iter()
            .filter(|f| f.name() == function)
            .collect();
        self.serve(listener, wanted);
        address
    }

    fn serve(&mut self, listener: TcpListener, functions: Vec<Function>) {
        let app = App::new(functions).router(&self.environment).expect("an app");
        let emulator = Infra::shared().emulator.clone();
        let app = local::with_objects(app, emulator.expect("the emulator is in this process too"));
        self.serving.push(tokio::spawn(async move {
            runtime::serve(listener, app, std::future::pending())
                .await
                .expect("it serves");
        }));
    }
}

impl Drop for One {
    fn drop(&mut self) {
        for serving in &self.serving {
            serving.abort();
        }
    }
}
