//! A million posts of ten thousand authors, and people who follow some of them.

use crate::support::Outcome;
use runtime::Environment;
use testkit::{Kith, Load, Loaded, Person, id_of};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Everybody who posts.
const AUTHORS: u64 = 10_000;
/// 2026-01-01, in milliseconds.
const NEW_YEAR: i64 = 1_767_225_600_000;

/// A Kith with posts.
pub(super) struct World {
    kith: Kith,
    load: Load,
    /// How many there are: `KITH_BENCH_POSTS`, default a million.
    pub(super) posts: u64,
}

/// Somebody who follows.
pub(super) struct Reader<'a> {
    world: &'a World,
    pub(super) person: Person,
}

impl World {
    pub(super) async fn make() -> Outcome<Self> {
        let posts = Environment::from_process()
            .reader()
            .or("KITH_BENCH_POSTS", 1_000_000_u64);
        let kith = Kith::start().await;
        let load = Load::into(kith.at.emulator, &kith.at.project).await;
        let authors = (0..AUTHORS).map(|n| Loaded::profile(&author(n), &format!("author_{n}")));
        load.store(authors).await;
        let all = (0..posts).map(|n| Loaded::post(&author(n % AUTHORS), n, millis(n)));
        load.store(all).await;
        Ok(Self { kith, load, posts })
    }

    /// Somebody new who follows so many authors, spread among all of them.
    pub(super) async fn reader(&self, followed: u64) -> Outcome<Reader<'_>> {
        let person = self.kith.minted("reader", &[]);
        let apart = AUTHORS / followed;
        let follows = (0..followed).map(|n| Loaded::follow(&person.user_id, &author(n * apart), millis(n)));
        self.load.store(follows).await;
        // once, so that everything else is kept that is
        person.get("/api/feed").await;
        Ok(Reader { world: self, person })
    }
}

impl Reader<'_> {
    /// Takes the timeline from Redis.
    pub(super) async fn forget(&self) -> Outcome {
        let at = &self.world.kith.at;
        let address = at.redis.trim_start_matches("redis://");
        let address = address.split('/').next().unwrap_or_default();
        let mut socket = TcpStream::connect(address).await?;
        let command = format!("DEL {}:timeline:{{{}}}\r\n", at.project, self.person.user_id);
        socket.write_all(command.as_bytes()).await?;
        let mut answer = [0; 4];
        socket.read_exact(&mut answer).await?;
        if &answer == b":1\r\n" {
            Ok(())
        } else {
            Err("there was no timeline".into())
        }
    }
}

fn author(number: u64) -> String {
    id_of(&format!("author {number}")).to_string()
}

/// A second apart.
fn millis(number: u64) -> i64 {
    NEW_YEAR + i64::try_from(number).unwrap_or(i64::MAX / 2) * 1000
}
