//! Keys of Redis.

use super::Search;
use cloud::redis;
use testkit::Kith;

/// Every key of Redis that is this Kith's, and its value.
pub(super) async fn search(kith: &Kith, search: &mut Search) {
    let client = redis::Client::open(kith.at.redis.as_str()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let mut keys = Vec::new();
    let mut cursor = 0_u64;
    loop {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor)
            .arg("MATCH")
            .arg(format!("{}:*", kith.at.project));
        let (next, some): (u64, Vec<String>) = scan.query_async(&mut redis).await.unwrap();
        keys.extend(some);
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    for key in keys {
        let kind: String = redis::cmd("TYPE")
            .arg(&key)
            .query_async(&mut redis)
            .await
            .unwrap();
        let mut read = match kind.as_str() {
            "string" => redis::cmd("GET"),
            "hash" => redis::cmd("HGETALL"),
            "set" => redis::cmd("SMEMBERS"),
            "zset" => redis::cmd("ZRANGE"),
            "list" => redis::cmd("LRANGE"),
            // it has just run out
            "none" => continue,
            other => panic!("{key} is a {other}"),
        };
        read.arg(&key);
        if ["zset", "list"].contains(&kind.as_str()) {
            read.arg(0).arg(-1);
        }
        let value: redis::Value = read.query_async(&mut redis).await.unwrap();
        let first = key.split(':').nth(1).unwrap_or_default();
        search.look(&format!("Redis {first}"), &key, &bytes(&value));
    }
}

fn bytes(value: &redis::Value) -> Vec<u8> {
    match value {
        redis::Value::BulkString(bytes) => bytes.clone(),
        redis::Value::Array(values) => values.iter().map(bytes).collect::<Vec<_>>().join(&b' '),
        redis::Value::Map(pairs) => {
            let pair = |(key, value): &(redis::Value, redis::Value)| [bytes(key), bytes(value)].join(&b'=');
            pairs.iter().map(pair).collect::<Vec<_>>().join(&b' ')
        }
        other => format!("{other:?}").into_bytes(),
    }
}
