//! A Kith of a test's own.

use crate::google::{self, Google};
use crate::leavings::Leavings;
use crate::mint::Mint;
use crate::stack::{self, Stack};
use crate::tuning::processes_wanted;
use crate::{Answer, Infra, Person};
use local::{Addresses, Secrets};
use reqwest::{Client, Method};
use runtime::{Context, Environment, Function};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;

/// How long a test waits for a fact: on a machine that does much else, everything takes its time.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);
/// How often it looks.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// A whole Kith with a project of its own.
#[derive(Debug)]
pub struct Kith {
    /// Where things are.
    pub at: Addresses,
    http: Client,
    secrets: Secrets,
    mint: Mint,
    stack: Stack,
    /// What each function sees of the cloud: to look into outboxes.
    contexts: Vec<Context>,
    /// Google's Pub/Sub emulator, when it stands for ours.
    google: Option<Google>,
    /// Gone after all the rest.
    leavings: Option<Leavings>,
}

impl Kith {
    /// Starts one in the form that `KITH_FORM` says.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts one whose functions have these variables over the usual ones.
    pub async fn start_with(overrides: &[(&str, &str)]) -> Self {
        if processes_wanted() {
            Self::processes(overrides).await
        } else {
            Self::in_process(overrides).await
        }
    }

    /// Starts one whose functions are processes of their own, whatever `KITH_FORM` says: for tests that kill one.
    pub async fn processes(overrides: &[(&str, &str)]) -> Self {
        Self::begin(overrides, true).await
    }

    async fn in_process(overrides: &[(&str, &str)]) -> Self {
        Self::begin(overrides, false).await
    }

    async fn begin(overrides: &[(&str, &str)], processes: bool) -> Self {
        let project = format!("test-{}", &uuid::Uuid::new_v4().simple().to_string()[..10]);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let secrets = Secrets::new().expect("secrets");
        let quick = [
            ("OUTBOX_DUE_SECONDS", "1"),
            ("LOGIN_FAILURES", "50"),
            ("COUNTS_APART_MILLISECONDS", "150"),
            ("CODE_PAUSE_SECONDS", "0"),
            // a machine that stands still for a moment is no Redis that is away
            ("REDIS_TIMEOUT_MILLISECONDS", "10000"),
        ];
        let told = [&quick[..], overrides].concat();
        let infra = Infra::shared();
        let mut kith = Self::launch(infra, listener, project, secrets, &told, processes).await;
        kith.leavings = Some(Leavings {
            emulator: infra.address,
            project: kith.at.project.clone(),
        });
        kith
    }

    /// Starts one of the given form and project over `infra`, whose API is at `listener`.
    pub async fn launch(
        infra: &Infra,
        listener: TcpListener,
        project: String,
        secrets: Secrets,
        overrides: &[(&str, &str)],
        processes: bool,
    ) -> Self {
        let public = listener.local_addr().expect("an address");
        let mut at = Addresses {
            project,
            public,
            emulator: infra.address,
            redis: infra.redis.clone(),
        };
        let googles = google::variables();
        let elsewhere = googles.iter().map(|(name, address)| (*name, address.as_str()));
        let overrides: Vec<_> = elsewhere.clone().chain(overrides.iter().copied()).collect();
        let stack = stack::start(listener, &mut at, &secrets, &overrides, processes).await;
        let jobs = local::job_environment(&at);
        let jobs = jobs
            .iter()
            .chain(elsewhere)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let description = local::describe().expect("a description");
        local::provision::apply(&description, &at, &jobs)
            .await
            .expect("provisioned");
        let http = Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .expect("a client");
        let google = Google::open(&at, &description).await;
        let environment = google::pointed(local::environment(&at, &secrets));
        let context = |function: &Function| Context::new(function.name(), &environment).expect("a context");
        let contexts: Vec<Context> = local::functions().iter().map(context).collect();
        let settings = contexts.first().expect("functions").settings();
        let mint = Mint::new(
            &secrets.signing_keys,
            &settings.token_issuer,
            &settings.token_audience,
        );
        Self {
            at,
            http,
            secrets,
            mint,
            stack,
            contexts,
            google,
            leavings: None,
        }
    }

    /// Registers people. Names are made unique by the test's own project.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::new();
        for name in names {
            people.push(Person::register(self, name).await);
        }
        people.try_into().expect("as many as named")
    }

    /// Nobody: requests without a token.
    pub fn nobody(&self) -> Person {
        Person::nobody(self)
    }

    /// Where the API is, `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.at.public)
    }

    /// The project that everything of it is in.
    pub fn project(&self) -> &str {
        &self.at.project
    }

    /// What its functions are told: for tests that start one of their own.
    pub fn environment(&self) -> Environment {
        google::pointed(local::environment(&self.at, &self.secrets))
    }

    /// The secrets of the deployment: for tests that forge something.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(crate) fn mint(&self) -> &Mint {
        &self.mint
    }

    pub(crate) fn http(&self) -> Client {
        self.http.clone()
    }

    /// Calls the emulator: its APIs or its control surface.
    pub async fn emulator(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.at.emulator));
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::read(request.send().await.expect("the emulator answers")).await
    }

    /// Sets a fault of the emulator for this Kith's project, as its `/_emulator/faults` has it.
    pub async fn fault(&self, mut fault: Value) {
        fault["project"] = self.at.project.clone().into();
        self.emulator(Method::PUT, "/_emulator/faults", Some(fault))
            .await
            .ok();
    }

    /// A subscription delivers nothing from now on: what comes waits until [`Kith::release`].
    pub async fn hold(&self, subscription: &str) {
        self.set_held(Method::PUT, subscription).await;
    }

    /// A subscription that was held delivers again, what waited first.
    pub async fn release(&self, subscription: &str) {
        self.set_held(Method::DELETE, subscription).await;
    }

    async fn set_held(&self, method: Method, subscription: &str) {
        let held = serde_json::json!({ "project": self.at.project, "subscription": subscription });
        self.emulator(method, "/_emulator/pubsub/hold", Some(held))
            .await
            .ok();
    }

    /// From now on every push comes `copies` more times, in an order drawn from `seed`.
    pub async fn shuffle(&self, copies: u32, seed: u64) {
        self.fault(serde_json::json!({"service": "pubsub", "kind": "duplicate", "copies": copies}))
            .await;
        self.fault(serde_json::json!({"service": "pubsub", "kind": "reorder", "seed": seed}))
            .await;
    }

    /// Runs a schedule now.
    pub async fn run_schedule(&self, name: &str) {
        self.schedule(name, "run").await;
    }

    /// From now on a schedule runs only when [`Kith::run_schedule`] asks for it, not by the clock.
    pub async fn pause_schedule(&self, name: &str) {
        self.schedule(name, "pause").await;
    }

    async fn schedule(&self, name: &str, verb: &str) {
        let project = &self.at.project;
        let path = format!("/v1/projects/{project}/locations/us-central1/jobs/{name}:{verb}");
        self.emulator(Method::POST, &path, Some(serde_json::json!({})))
            .await
            .ok();
    }

    /// The data of every event of a type that was published to a topic.
    pub async fn published(&self, name: &str, kind: &str) -> Vec<Value> {
        let topic = format!("projects/{}/topics/{name}", self.at.project);
        let path = format!("/_emulator/pubsub/messages?topic={topic}");
        let told = self.emulator(Method::GET, &path, None).await.ok();
        let mut messages = told["messages"].as_array().expect("messages").clone();
        if let Some(google) = &self.google {
            messages.extend(google.published(name).await);
        }
        let wanted = messages
            .iter()
            .filter(|message| message["attributes"]["ce-type"] == kind);
        wanted.map(|message| data(&message["data"])).collect()
    }

    /// What was mailed to an address, newest first.
    pub async fn mails(&self, to: &str) -> Vec<Value> {
        let project = &self.at.project;
        let path = format!("/_mailbox/mails?project={project}&to={to}");
        let told = self.emulator(Method::GET, &path, None).await.ok();
        told["mails"].as_array().expect("mails").clone()
    }

    /// The one-time code of the newest mail to an address; everything that was asked for is mailed first.
    pub async fn code(&self, to: &str) -> String {
        self.settled().await;
        let mails = self.mails(to).await;
        let newest = mails.first().unwrap_or_else(|| panic!("no mail to {to}"));
        let text = newest["text"].as_str().expect("a text");
        let digits = text.split_whitespace().find(|word| is_code(word));
        digits.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
    }

    /// Takes everything of this Kith from Redis at once, as a Redis that was lost and came back would have.
    pub async fn flush_redis(&self) {
        let context = self.contexts.first().expect("a function");
        let cache = context.cloud().cache();
        let mut keys = cloud::redis::cmd("KEYS");
        keys.arg(format!("{}*", cache.key("")));
        let keys: Vec<String> = cache.run(&keys).await.expect("Redis answers");
        if !keys.is_empty() {
            let mut remove = cloud::redis::cmd("DEL");
            remove.arg(&keys);
            cache.run::<()>(&remove).await.expect("Redis answers");
        }
    }

    /// Waits until nothing is under way: every message delivered and acknowledged, every job ended, every outbox empty.
    pub async fn settled(&self) {
        self.settled_within(PATIENCE).await;
    }

    /// As [`Kith::settled`], for what takes longer than a test.
    pub async fn settled_within(&self, limit: Duration) {
        let mut left = Vec::new();
        let looking = async {
            loop {
                // what is sent from an outbox becomes a message, whose handler may fill an outbox
                left = self.pending().await;
                left.extend(self.unsent().await);
                if left.is_empty() && self.pending().await.is_empty() {
                    return;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let settled = tokio::time::timeout(limit, looking).await;
        assert!(settled.is_ok(), "not settled in time: {left:#?}");
    }

    /// What the emulator has under way.
    async fn pending(&self) -> Vec<String> {
        let path = format!("/_emulator/settled?project={}", self.at.project);
        let told = self.emulator(Method::GET, &path, None).await.ok();
        let pending = told["pending"].as_array().expect("a list");
        let mut pending: Vec<_> = pending.iter().map(ToString::to_string).collect();
        if let Some(google) = &self.google {
            pending.extend(google.pending().await);
        }
        pending
    }

    /// What lies in the outboxes.
    async fn unsent(&self) -> Vec<String> {
        let mut unsent = Vec::new();
        for context in &self.contexts {
            let function = context.cloud().function();
            let waiting = self.waiting(function).await;
            unsent.extend((waiting > 0).then(|| format!("{waiting} in the outbox of {function}")));
        }
        unsent
    }

    /// How many entries of a function's outbox are not sent yet.
    pub async fn waiting(&self, function: &str) -> u64 {
        let context = self
            .contexts
            .iter()
            .find(|context| context.cloud().function() == function);
        let cloud = context
            .unwrap_or_else(|| panic!("there is no {function}"))
            .cloud();
        cloud.outbox().waiting().await.expect("Firestore answers")
    }

    /// Waits until `fact` holds; fails the test when it does not in time.
    pub async fn until(&self, what: &str, mut fact: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !fact().await {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("not in time: {what}"));
    }

    /// Ends the process of a function at once, as a crash would.
    pub async fn kill(&mut self, function: &str) {
        self.stack.kill(function).await;
    }

    /// Starts the process of a function again.
    pub async fn revive(&mut self, function: &str) {
        self.stack.revive(function).await;
    }

    /// Starts one more instance of a function; answers where it is.
    pub async fn another(&mut self, function: &str) -> SocketAddr {
        self.stack.another(function).await
    }
}

fn is_code(word: &str) -> bool {
    word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The JSON in a message: the control surface shows it as base64, as Pub/Sub does.
fn data(base64: &Value) -> Value {
    use base64::Engine;
    let bytes = base64::prelude::BASE64_STANDARD
        .decode(base64.as_str().expect("data"))
        .expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}
