//! Redis losing everything.

use crate::Kith;

/// Removes every key that begins so, in one step.
const REMOVE: &str = "local keys = redis.call('KEYS', ARGV[1] .. '*') \
    for i = 1, #keys, 1000 do redis.call('DEL', unpack(keys, i, math.min(i + 999, #keys))) end return #keys";

impl Kith {
    /// Redis loses everything that this Kith keeps there, as after a restart without a copy on disk.
    pub async fn forget_everything(&self) {
        let client = redis::Client::open(self.at.redis.as_str()).expect("an address");
        let mut redis = client.get_multiplexed_async_connection().await.expect("Redis");
        let mut remove = redis::cmd("EVAL");
        remove.arg(REMOVE).arg(0).arg(format!("{}:", self.at.project));
        remove.query_async::<i64>(&mut redis).await.expect("removed");
    }
}
