//! Coalescing: one run for many, and nobody is told of a run that did not see their change.

use super::{Bench, case};
use cloud::{Cloud, Covered, Pace};
use futures::future::join_all;
use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is true of each part, and the latest that was seen of it by a run that has ended.
#[derive(Default)]
struct Parts {
    truth: [AtomicU64; 3],
    seen: Mutex<[u64; 3]>,
    runs: AtomicU64,
}

impl Parts {
    /// A change of a part, and a run that sees it.
    async fn change(&self, cloud: &Cloud, part: usize, pace: Pace) -> Covered {
        let wants = self.truth[part].fetch_add(1, Ordering::SeqCst) + 1;
        let run = |parts: Vec<String>| async move {
            assert!((1..=pace.parts).contains(&parts.len()));
            let parts: Vec<usize> = parts.iter().map(|part| part.parse().unwrap()).collect();
            let saw = self.truth.each_ref().map(|truth| truth.load(Ordering::SeqCst));
            tokio::task::yield_now().await;
            let mut seen = self.seen.lock().unwrap();
            for part in parts {
                seen[part] = seen[part].max(saw[part]);
            }
            self.runs.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        let (coalesce, name) = (cloud.coalesce(), part.to_string());
        let covered = coalesce.cover_parts("parts", &[&name], pace, run).await.unwrap();
        let seen = self.seen.lock().unwrap()[part];
        assert!(seen >= wants, "part {part}: {seen} was seen, {wants} was wanted");
        covered
    }
}

async fn forget_everything(cloud: &Cloud) {
    let mut remove = cloud::redis::cmd("DEL");
    for part in ["wanted", "busy"] {
        remove.arg(cloud.cache().key(&format!("{{parts}}:{part}")));
    }
    cloud.cache().run::<()>(&remove).await.unwrap();
}

/// Waves of changes from several instances at once, with Redis losing everything in the midst of some.
async fn play(waves: Vec<(Vec<usize>, bool)>, most: usize) {
    let bench = Bench::start().await;
    let clouds: Vec<Cloud> = (0..3).map(|_| bench.cloud()).collect();
    let pace = Pace::steady(Duration::from_millis(20), most);
    let parts = Parts::default();
    for (wave, lost) in waves {
        let changes = wave
            .iter()
            .enumerate()
            .map(|(n, part)| parts.change(&clouds[n % 3], *part, pace));
        let (covered, ()) = futures::join!(join_all(changes), async {
            if lost {
                forget_everything(&clouds[0]).await;
            }
        });
        let mine = covered
            .iter()
            .filter(|covered| **covered == Covered::ByMe)
            .count();
        assert!(mine > 0, "somebody ran");
    }
    let truth = parts.truth.each_ref().map(|truth| truth.load(Ordering::SeqCst));
    assert_eq!(*parts.seen.lock().unwrap(), truth, "the last state of every part");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn whoever_is_covered_was_seen(
        waves in prop::collection::vec((prop::collection::vec(0_usize..3, 1..12), prop::bool::weighted(0.3)), 1..6),
        most in 1_usize..4,
    ) {
        case(play(waves, most));
    }
}

#[tokio::test]
async fn runs_keep_their_pace_however_many_want_them() {
    let bench = Bench::start().await;
    let clouds: Vec<Cloud> = (0..4).map(|_| bench.cloud()).collect();
    let apart = Duration::from_millis(100);
    let pace = Pace::steady(apart, 1);
    let parts = Parts::default();
    let begun = Instant::now();
    for _ in 0..3 {
        let changes = (0..60).map(|n| parts.change(&clouds[n % 4], n % 3, pace));
        join_all(changes).await;
    }
    let runs = parts.runs.load(Ordering::SeqCst);
    let most = begun.elapsed().as_millis() / apart.as_millis() + 1;
    assert!(u128::from(runs) <= most, "{runs} runs in {:?}", begun.elapsed());
    assert!(runs >= 9, "each part in each wave");
}

#[tokio::test]
async fn who_wants_several_parts_makes_one_run_of_them_and_waits_for_no_pace() {
    let bench = Bench::start().await;
    let pace = Pace::steady(Duration::from_hours(1), usize::MAX);
    let ran = Mutex::new(Vec::new());
    let run = |parts: Vec<String>| {
        ran.lock().unwrap().extend(parts);
        async { Ok(()) }
    };
    let (cloud, wanted) = (bench.cloud(), ["comments", "reactions", "shares"]);
    let covered = cloud.coalesce().cover_parts("parts", &wanted, pace, run).await;
    assert_eq!(covered.unwrap(), Covered::ByMe);
    let mut ran = ran.into_inner().unwrap();
    ran.sort_unstable();
    assert_eq!(ran, wanted);
}
