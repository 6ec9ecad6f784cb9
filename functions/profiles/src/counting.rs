//! The numbers on a profile: counted from records, kept in Redis, nudged there so that whoever acts sees it at once.
//!
//! A nudge applies only to the round of counting that stood before the act: a later round may have counted the act already.

use crate::model::{Count, Counts};
use crate::state::Profiles;
use crate::store::{self, COUNTS};
use cloud::Result;
use cloud::redis::{Cmd, cmd, pipe};
use contracts::UserId;
use contracts::resources::ProfileCounts;

/// How long numbers are kept in Redis, in seconds.
const KEPT: u64 = 3600;

/// Puts a round of counting unless a later one stands there.
const PUT: &str = "local round = redis.call('HGET', KEYS[1], 'round') \
    if round and tonumber(round) >= tonumber(ARGV[1]) then return 0 end \
    redis.call('HSET', KEYS[1], 'round', ARGV[1], unpack(ARGV, 3)) \
    return redis.call('EXPIRE', KEYS[1], ARGV[2])";

/// Moves one number of one round.
const NUDGE: &str = "if redis.call('HGET', KEYS[1], 'round') ~= ARGV[1] then return 0 end \
    return redis.call('HINCRBY', KEYS[1], ARGV[2], ARGV[3])";

/// Numbers that an act is about to move by one, and the round in which each was seen before it.
#[derive(Debug)]
pub(crate) struct Moving {
    numbers: Vec<(UserId, Count)>,
    rounds: Vec<Option<i64>>,
}

impl Profiles {
    /// Counts one number of `user` anew, for everybody who wants it at this moment.
    pub(crate) async fn recount(&self, user: UserId, count: Count) -> Result<()> {
        let key = format!("counts:{user}:{}", count.as_str());
        self.cloud
            .coalesce()
            .cover(&key, || self.count_once(user, count))
            .await
    }

    /// Two or three reads and a write. The document is read before the records are counted: see [`Counts::round`].
    async fn count_once(&self, user: UserId, count: Count) -> Result<()> {
        let counts = cloud::on_contention(|| async {
            let stored = store::counts(self.documents(), user).await?;
            let number = store::count(self.documents(), &self.access, user, count, self.now()).await?;
            let counts = Counts::counted(stored.as_deref(), user, count, number);
            self.cloud.commit().save(COUNTS, stored.as_ref(), &counts).await?;
            Ok(counts)
        })
        .await?;
        self.keep(&counts).await;
        Ok(())
    }

    /// The numbers of `user`. No read when they are in Redis, else one.
    pub(crate) async fn counts(&self, user: UserId) -> Result<ProfileCounts> {
        if let Ok(Some(numbers)) = self.kept(user).await {
            return Ok(numbers);
        }
        let Some(counts) = store::counts(self.documents(), user).await? else {
            return Ok(ProfileCounts::default());
        };
        self.keep(&counts).await;
        Ok(counts.into_inner().numbers)
    }

    /// To be called before an act that moves `numbers`.
    pub(crate) async fn before_moving(&self, numbers: Vec<(UserId, Count)>) -> Moving {
        let mut look = pipe();
        for (user, _) in &numbers {
            look.hget(self.counts_key(*user), "round");
        }
        let rounds = self.cloud.cache().run_all(&look).await.unwrap_or_default();
        Moving { numbers, rounds }
    }

    /// To be called after the act: each of the numbers is `by` more.
    pub(crate) async fn moved(&self, moving: Moving, by: i64) {
        let mut nudge = pipe();
        for ((user, count), round) in moving.numbers.into_iter().zip(moving.rounds) {
            if let Some(round) = round {
                nudge
                    .cmd("EVAL")
                    .arg(NUDGE)
                    .arg(1)
                    .arg(self.counts_key(user))
                    .arg(round)
                    .arg(count.as_str())
                    .arg(by)
                    .ignore();
            }
        }
        if !nudge.is_empty()
            && let Err(error) = self.cloud.cache().run_all::<()>(&nudge).await
        {
            tracing::debug!(%error, "not nudged");
        }
    }

    async fn kept(&self, user: UserId) -> Result<Option<ProfileCounts>> {
        let mut look = cmd("HMGET");
        look.arg(self.counts_key(user));
        for count in Count::ALL {
            look.arg(count.as_str());
        }
        let found: Vec<Option<i64>> = self.cloud.cache().run(&look).await?;
        let mut numbers = ProfileCounts::default();
        for (count, found) in Count::ALL.into_iter().zip(found) {
            let Some(found) = found else { return Ok(None) };
            *count.of(&mut numbers) = u64::try_from(found).unwrap_or_default();
        }
        Ok(Some(numbers))
    }

    async fn keep(&self, counts: &Counts) {
        if let Err(error) = self.cloud.cache().run::<()>(&self.put(counts)).await {
            tracing::debug!(%error, "not kept");
        }
    }

    fn put(&self, counts: &Counts) -> Cmd {
        let mut put = cmd("EVAL");
        put.arg(PUT)
            .arg(1)
            .arg(self.counts_key(counts.user_id))
            .arg(counts.round)
            .arg(KEPT);
        let mut numbers = counts.numbers;
        for count in Count::ALL {
            put.arg(count.as_str()).arg(*count.of(&mut numbers));
        }
        put
    }

    fn counts_key(&self, user: UserId) -> String {
        self.cloud.cache().key(&format!("profile_counts:{user}"))
    }
}
