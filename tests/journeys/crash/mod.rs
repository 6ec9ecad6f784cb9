//! The emulator killed at random moments under load: everything that it acknowledged is there at its next start, nothing is half there, and it
//! goes on.

mod commits;
mod life;
mod messages;
mod runs;
mod uploads;

use commits::Commits;
use life::Life;
use messages::Messages;
use runs::Runs;
use testkit::{rounds, seed};
use uploads::Uploads;

/// How often it is killed in one round.
const KILLS: u64 = 5;
/// The most acknowledged calls before a kill.
const MOST_CALLS: u64 = 300;

/// A sequence of numbers from a seed: `SplitMix64`.
struct Chance(u64);

impl Chance {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

#[tokio::test]
async fn what_the_emulator_acknowledged_outlives_kills_at_random_moments() {
    let mut chance = Chance(seed());
    let folder = tempfile::tempdir().unwrap();
    let mut life = Life::begin(folder.path()).await;
    let (mut commits, mut messages) = (Commits::default(), Messages::begin(&life).await);
    let (mut uploads, mut runs) = (Uploads::begin(&life).await, Runs::begin(&life).await);
    for kill in 1..=KILLS * u64::from(rounds()) {
        let calls = 1 + chance.below(MOST_CALLS);
        println!("kill {kill} after {calls} calls");
        let load = life.load(calls);
        tokio::join!(
            commits.load(&load),
            messages.load(&load),
            uploads.load(&load),
            runs.load(&load),
            life.kill_when(&load),
        );
        life = Life::begin(folder.path()).await;
        commits.check(&life).await;
        runs.check(&life).await;
        uploads.check(&life).await;
        messages.check(&life).await;
    }
}
