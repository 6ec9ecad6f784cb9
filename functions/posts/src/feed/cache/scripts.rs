//! What Redis does in one step. `docs/adr/0009-timelines.md` tells why this is enough.

/// Remembers a post of an author: `KEYS` their pending posts; `ARGV` the place, how many are remembered, for how many milliseconds. What was
/// remembered longer is in every timeline that is still kept. Answers the stamp of the announcement.
pub(super) const ANNOUNCE: &str = "local kept = redis.call('GET', KEYS[1]) or string.rep('0', 16) \
    local time = redis.call('TIME') \
    local now = string.format('%010d%06d', time[1], time[2]) \
    for at = 17, #kept, 40 do \
        if string.sub(kept, at, at + 23) == ARGV[1] then \
            kept = string.sub(kept, 1, at - 1) .. string.sub(kept, at + 40) break \
        end \
    end \
    kept = kept .. ARGV[1] .. now \
    local old = tonumber(now) - tonumber(ARGV[3]) * 1000 \
    while #kept > 16 + 40 * tonumber(ARGV[2]) or tonumber(string.sub(kept, 41, 56)) < old do \
        kept = string.sub(kept, 41, 56) .. string.sub(kept, 57) \
    end \
    redis.call('SET', KEYS[1], kept, 'PX', ARGV[3]) \
    return now";

/// Forgets a post that is in all timelines now: `KEYS` its author's pending posts; `ARGV` its place and the stamp of its announcement. One that was
/// announced again since stays.
pub(super) const CLEAR: &str = "local kept = redis.call('GET', KEYS[1]) \
    if not kept then return 0 end \
    for at = 17, #kept, 40 do \
        if string.sub(kept, at, at + 39) == ARGV[1] .. ARGV[2] then \
            kept = string.sub(kept, 1, at - 1) .. string.sub(kept, at + 40) \
            redis.call('SET', KEYS[1], kept, 'KEEPTTL') \
            return 1 \
        end \
    end \
    return 0";

/// Puts a post into a timeline, and into what is being built: `KEYS` timeline, lease, mark; `ARGV` the place, how many bytes a timeline may have.
/// Answers whether its owner reads it.
pub(super) const DELIVER: &str = "local length = redis.call('STRLEN', KEYS[1]) \
    if length > tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) \
    elseif length > 0 then redis.call('APPEND', KEYS[1], ARGV[1]) end \
    if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('APPEND', KEYS[2], ARGV[1]) end \
    return redis.call('EXISTS', KEYS[3])";

/// Begins to build a timeline: `KEYS` the lease; `ARGV` a token, for how many seconds. Answers when that was.
pub(super) const BEGIN: &str = "redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) \
    local time = redis.call('TIME') \
    return string.format('%010d%06d', time[1], time[2])";

/// Keeps what was built, and what came meanwhile, while the lease is still the one that was taken: `KEYS` timeline, lease; `ARGV` the token, the
/// timeline, for how many milliseconds.
pub(super) const PUT: &str = "local lease = redis.call('GET', KEYS[2]) \
    if not lease or string.sub(lease, 1, #ARGV[1]) ~= ARGV[1] then return 0 end \
    redis.call('DEL', KEYS[2]) \
    redis.call('SET', KEYS[1], ARGV[2] .. string.sub(lease, #ARGV[1] + 1), 'PX', ARGV[3]) \
    return 1";

/// Keeps a timeline in the place of the one that was read, if nothing came to that since: `KEYS` timeline; `ARGV` how long it was, how it begins, what
/// is kept.
pub(super) const REPLACE: &str = "if redis.call('STRLEN', KEYS[1]) ~= tonumber(ARGV[1]) \
    or redis.call('GETRANGE', KEYS[1], 0, #ARGV[2] - 1) ~= ARGV[2] then return 0 end \
    redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL') \
    return 1";

#[cfg(test)]
mod tests {
    use super::super::super::pending::{RECORD, STAMP};
    use super::*;

    #[test]
    fn the_scripts_cut_where_records_end() {
        assert_eq!((STAMP, RECORD), (16, 40));
        let from = format!("for at = {}, #kept, {RECORD}", STAMP + 1);
        assert!(ANNOUNCE.contains(&from) && CLEAR.contains(&from));
    }
}
