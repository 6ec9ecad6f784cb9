//! `cold-start`: from the start of each function's program to its first answer, memory and size, against an empty axum program
//!
//! Programs take turns. What they would talk to is not there: clients connect when they are first used.

use crate::support::{Outcome, Program, Table, median, print_ratio};
use local::{Addresses, Secrets};
use runtime::Environment;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;
const BASELINE: &str = "empty axum";
/// How often the port is tried; the time is known to no less than this.
const LOOK: Duration = Duration::from_micros(100);
const PATIENCE: Duration = Duration::from_secs(30);

/// A program and what was measured of it.
struct Candidate {
    name: String,
    path: PathBuf,
    milliseconds: Vec<f64>,
    megabytes: Vec<f64>,
}

pub(crate) fn run() -> Outcome {
    let environment = environment()?;
    let mut candidates = candidates();
    for round in 0..=ROUNDS {
        for candidate in &mut candidates {
            let (milliseconds, megabytes) = start(candidate, &environment)?;
            // the first round brings the programs from the disk to memory
            if round > 0 {
                candidate.milliseconds.push(milliseconds);
                candidate.megabytes.push(megabytes);
            }
        }
    }
    report(&candidates)
}

fn candidates() -> Vec<Candidate> {
    let candidate = |name: &str, file: &str| Candidate {
        name: name.to_owned(),
        path: testkit::binary(file),
        milliseconds: Vec::new(),
        megabytes: Vec::new(),
    };
    let functions = local::functions();
    let ours = functions
        .iter()
        .map(|function| candidate(function.name(), function.name()));
    [candidate(BASELINE, "examples/empty")]
        .into_iter()
        .chain(ours)
        .collect()
}

/// What functions are told where everything else is on a port that nobody listens on.
fn environment() -> Outcome<Environment> {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let at = Addresses {
        project: "bench".to_owned(),
        public: nowhere,
        emulator: nowhere,
        redis: format!("redis://{nowhere}/?protocol=resp3"),
    };
    Ok(local::environment(&at, &Secrets::new()?))
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Milliseconds from the start to the first answer, and the megabytes in memory right after it.
fn start(candidate: &Candidate, environment: &Environment) -> Outcome<(f64, f64)> {
    let port = free_port()?;
    let mut command = Command::new(&candidate.path);
    command.env_clear().envs(environment.iter());
    command.env("HOST", "127.0.0.1").env("PORT", port.to_string());
    if candidate.name == BASELINE {
        command.arg(port.to_string());
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let began = Instant::now();
    let mut program = Program::start(&mut command)?;
    let mut stream = connect(&mut program, port)?;
    ask(&mut stream)?;
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    Ok((milliseconds, program.resident()? / 1024.0))
}

fn connect(program: &mut Program, port: u16) -> Outcome<TcpStream> {
    let began = Instant::now();
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused && began.elapsed() < PATIENCE => {
                program.check()?;
                std::thread::sleep(LOOK);
            }
            other => return Ok(other?),
        }
    }
}

fn ask(stream: &mut TcpStream) -> Outcome {
    const EXPECTED: &[u8] = b"HTTP/1.1 200";
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.starts_with(EXPECTED) {
        return Ok(());
    }
    Err(format!("an unexpected answer: {}", String::from_utf8_lossy(&answer)).into())
}

fn report(candidates: &[Candidate]) -> Outcome {
    let mut table = Table::new(["program", "first 200, ms", "ratio", "resident MB", "binary MB"]);
    let base = candidates
        .first()
        .map_or(f64::NAN, |base| median(&base.milliseconds));
    let mut worst = ("", 0.0);
    for candidate in candidates {
        let time = median(&candidate.milliseconds);
        let ratio = time / base;
        table.row(
            &candidate.name,
            &[
                time,
                ratio,
                median(&candidate.megabytes),
                megabytes(&candidate.path)?,
            ],
        );
        if candidate.name != BASELINE && ratio > worst.1 {
            worst = (&candidate.name, ratio);
        }
    }
    println!(
        "  medians of {ROUNDS} starts by turns; files in the page cache; the binary is that of this build profile"
    );
    table.print();
    print_ratio(
        "cold-start",
        worst.1,
        &format!("time of the slowest, {} / {BASELINE}", worst.0),
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no program has so many bytes")]
fn megabytes(file: &std::path::Path) -> Outcome<f64> {
    Ok(std::fs::metadata(file)?.len() as f64 / 1024.0 / 1024.0)
}
