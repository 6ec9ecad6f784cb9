//! `feed`: the home timeline of who follows 300 and 3,000, kept and rebuilt, among a million posts, beside the plain merge on read
//!
//! All in this process: functions, emulator, and a child Redis. The plain merge is the same endpoint asked for posts of one kind, which every post here is:
//! that goes past the timeline and asks the authors' lists, a query for every thirty of them.

mod world;

use crate::support::{Outcome, Table, print_ratio};
use std::time::{Duration, Instant};
use world::{Reader, World};

/// How often each is asked.
const ROUNDS: usize = 200;
const KEPT: &str = "/api/feed";
const MERGED: &str = "/api/feed?type=text";

/// Whom the readers follow, how many.
const FOLLOWED: [u64; 2] = [300, 3_000];

pub(crate) fn run() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Outcome {
    let began = Instant::now();
    let world = World::make().await?;
    println!(
        "  {} posts were stored in {:.0} s",
        world.posts,
        began.elapsed().as_secs_f64()
    );
    let mut table = Table::new([
        "a page of 20",
        "p50 ms",
        "p99 ms",
        "ratio p50",
        "ratio p99",
        "reads",
        "Redis",
    ]);
    for followed in FOLLOWED {
        let reader = world.reader(followed).await?;
        let figures = Figures::of(&reader).await?;
        figures.report(followed, &mut table);
    }
    table.print();
    Ok(())
}

/// The times of each way to ask, and what one of them costs.
#[derive(Debug, Default)]
struct Figures {
    merged: Times,
    kept: Times,
    rebuilt: Times,
}

#[derive(Debug, Default)]
struct Times {
    each: Vec<Duration>,
    reads: u64,
    redis: u64,
}

impl Figures {
    /// By turns, so that all of them meet the same machine.
    async fn of(reader: &Reader<'_>) -> Outcome<Self> {
        let mut figures = Self::default();
        for _ in 0..ROUNDS {
            figures.merged.take(reader, MERGED).await?;
            reader.forget().await?;
            figures.rebuilt.take(reader, KEPT).await?;
            figures.kept.take(reader, KEPT).await?;
        }
        Ok(figures)
    }

    fn report(&self, followed: u64, table: &mut Table) {
        let (base, base_high) = self.merged.middle_and_high();
        let ways = [
            ("merged", &self.merged),
            ("rebuilt", &self.rebuilt),
            ("kept", &self.kept),
        ];
        for (name, times) in ways {
            let (middle, high) = times.middle_and_high();
            let (reads, redis) = (as_float(times.reads), as_float(times.redis));
            table.row(
                &format!("{name}, follows {followed}"),
                &[middle, high, middle / base, high / base_high, reads, redis],
            );
            if name != "merged" {
                print_ratio(
                    &format!("feed-{followed}-{name}"),
                    middle / base,
                    &format!("time of a home page of who follows {followed}, {name} / merged on read"),
                );
            }
        }
    }
}

impl Times {
    async fn take(&mut self, reader: &Reader<'_>, path: &str) -> Outcome {
        let began = Instant::now();
        let answer = reader.person.get(path).await;
        self.each.push(began.elapsed());
        if answer.status != 200 || answer.body["items"].as_array().map(Vec::len) != Some(20) {
            return Err(format!("no full page: {}", answer.body).into());
        }
        (self.reads, self.redis) = (answer.cost("reads"), answer.cost("redis"));
        Ok(())
    }

    /// Milliseconds that are neither few nor many among these, and the 99th of a hundred.
    fn middle_and_high(&self) -> (f64, f64) {
        let mut times: Vec<f64> = self.each.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(f64::NAN);
        (at(50), at(99))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no request does so much")]
fn as_float(count: u64) -> f64 {
    count as f64
}
