//! `logins`: the slowest percent of ordinary requests while two hundred people sign in at once, against the same with nobody signing in
//!
//! One client asks for its own account, one request after the other; passwords are hashed in the same process, on the same machine.

use crate::support::{Outcome, Program, Table, percentile, print_ratio};
use reqwest::Client;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const ROUNDS: usize = 3;
const PEOPLE: usize = 20;
const LOGINS: usize = 200;
/// Requests of a round with nobody signing in.
const IDLE: usize = 1000;
const PASSWORD: &str = "correct horse battery";
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(measure())
}

async fn measure() -> Outcome {
    let kith = Kith::start()?;
    let mut token = String::new();
    for number in 0..PEOPLE {
        token = kith.register(number).await?;
    }
    let (mut idle, mut burst) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for _ in 0..IDLE {
            idle.push(kith.ask(&token).await?);
        }
        let mut logins = JoinSet::new();
        for number in 0..LOGINS {
            let kith = kith.client();
            logins.spawn(async move { kith.login(number % PEOPLE).await });
        }
        while !logins.is_empty() {
            burst.push(kith.ask(&token).await?);
            while let Some(login) = logins.try_join_next() {
                login??;
            }
        }
    }
    let mut table = Table::new(["meanwhile", "requests", "p50, ms", "p99, ms"]);
    for (name, times) in [("nothing", &idle), ("200 logins", &burst)] {
        let count = u32::try_from(times.len())?;
        table.row(
            name,
            &[f64::from(count), percentile(times, 50), percentile(times, 99)],
        );
    }
    println!("  {ROUNDS} rounds by turns, {LOGINS} logins at once in each; Argon2id, 19 MiB, two passes");
    table.print();
    print_ratio(
        "logins",
        percentile(&burst, 99) / percentile(&idle, 99),
        "p99 of other requests, during a burst / without",
    );
    Ok(())
}

/// The program, and the way to it.
struct Kith {
    _program: Program,
    /// Open for as long as it may print.
    _output: BufReader<ChildStdout>,
    _data: tempfile::TempDir,
    client: Reach,
}

#[derive(Clone)]
struct Reach {
    http: Client,
    url: String,
}

impl Kith {
    fn start() -> Outcome<Self> {
        let data = tempfile::tempdir()?;
        let mut command = Command::new(testkit::binary("kith"));
        command.args(["--port", "0", "--data"]).arg(data.path());
        // all come from one address, some with one name
        command.args(["--set", "LOGIN_FAILURES=1000"]).env("LOG", "error");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut program = Program::start(&mut command)?;
        let output = program.child().stdout.take().ok_or("no output")?;
        let (mut output, mut line) = (BufReader::new(output), String::new());
        output.read_line(&mut line)?;
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let http = Client::builder().timeout(PATIENCE).no_proxy().build()?;
        Ok(Self {
            _program: program,
            _output: output,
            _data: data,
            client: Reach { http, url },
        })
    }

    fn client(&self) -> Reach {
        self.client.clone()
    }

    async fn register(&self, number: usize) -> Outcome<String> {
        let new = json!({
            "email": format!("person{number}@example.com"), "username": format!("person{number}"),
            "password": PASSWORD, "displayName": "Person",
        });
        let made = self.client.post("/api/auth/register", &new).await?;
        Ok(made["accessToken"].as_str().ok_or("no token")?.to_owned())
    }

    /// Milliseconds of one ordinary request.
    async fn ask(&self, token: &str) -> Outcome<f64> {
        let Reach { http, url } = &self.client;
        let began = Instant::now();
        let answer = http.get(format!("{url}/api/auth/me")).bearer_auth(token).send();
        answer.await?.error_for_status()?.bytes().await?;
        Ok(began.elapsed().as_secs_f64() * 1000.0)
    }
}

impl Reach {
    async fn login(&self, number: usize) -> Outcome {
        let login = json!({ "identifier": format!("person{number}"), "password": PASSWORD });
        self.post("/api/auth/login", &login).await.map(|_| ())
    }

    async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self.http.post(format!("{}{path}", self.url)).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}
