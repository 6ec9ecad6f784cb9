//! The named benchmarks; `scripts/bench` lists, builds and runs them.
//!
//! Each compares something of ours with a baseline, both measured in the same run, by turns, and prints medians and one line
//! `RATIO name: ours / baseline`. Below 1 ours is the cheaper one.

mod cold_start;
mod emulator;
mod fan_out;
mod feed;
mod hot;
mod idle_connections;
mod logins;
mod revocation;
mod sockets;
mod support;
mod transcode;

use std::process::ExitCode;
use support::{Outcome, machine};

/// The allocator of `realtime` and `kith`, for both sides of every comparison.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Benchmark = fn() -> Outcome;

const BENCHMARKS: [(&str, Benchmark); 9] = [
    ("cold-start", cold_start::run),
    ("emulator", emulator::run),
    ("fan-out", fan_out::run),
    ("feed", feed::run),
    ("hot", hot::run),
    ("idle-connections", idle_connections::run),
    ("logins", logins::run),
    ("revocation", revocation::run),
    ("transcode", transcode::run),
];

fn main() -> ExitCode {
    // `cargo bench` adds a flag of its own
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = match words[..] {
        [] => {
            list();
            Ok(())
        }
        [sockets::SERVE, kind] => sockets::serve(kind),
        _ => words.iter().try_for_each(|name| measure(name)),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn list() {
    for (name, _) in BENCHMARKS {
        println!("{name}");
    }
}

fn measure(name: &str) -> Outcome {
    let known = BENCHMARKS.iter().find(|(known, _)| *known == name);
    let (_, run) = known.ok_or_else(|| format!("there is no benchmark {name:?}"))?;
    if cfg!(debug_assertions) {
        return Err("figures of an unoptimised build mean nothing: run scripts/bench".into());
    }
    println!("\n{name}, on {}", machine::description());
    run()
}
