//! What is done to a board in Redis, each in one step.
//!
//! `KEYS[1]` is the board, a hash: `epoch`, `ticket` (the last that was drawn), and for each part that waits `first:PART` and `last:PART`, its first and its
//! last ticket that are not covered. `KEYS[2]` is there while a run is under way (its mark), and for as long as none may follow (`apart`).

/// Draws a ticket for a part. `ARGV`: part, an epoch should there be none, how long it is remembered in seconds. Answers epoch and ticket.
pub(super) const DRAW: &str = "redis.call('HSETNX', KEYS[1], 'epoch', ARGV[2]) \
    local ticket = redis.call('HINCRBY', KEYS[1], 'ticket', 1) \
    redis.call('HSETNX', KEYS[1], 'first:' .. ARGV[1], ticket) \
    redis.call('HSET', KEYS[1], 'last:' .. ARGV[1], ticket) \
    redis.call('EXPIRE', KEYS[1], ARGV[3]) \
    return {redis.call('HGET', KEYS[1], 'epoch'), ticket}";

/// Looks what has become of a ticket, and takes the run if nobody has it. `ARGV`: part, epoch, ticket, how long a run may take in milliseconds, how many
/// parts it does. Answers `covered`, `lost`, `busy`, `apart` and how long, or `mine` and for each part its name, first and last ticket.
pub(super) const LOOK: &str = "if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[2] then return {'lost'} end \
    local first = redis.call('HGET', KEYS[1], 'first:' .. ARGV[1]) \
    if not first or tonumber(first) > tonumber(ARGV[3]) then return {'covered'} end \
    local mark = ARGV[2] .. ':' .. ARGV[3] \
    if not redis.call('SET', KEYS[2], mark, 'NX', 'PX', ARGV[4]) then \
        if redis.call('GET', KEYS[2]) ~= 'apart' then return {'busy'} end \
        return {'apart', tostring(redis.call('PTTL', KEYS[2]))} end \
    local all = redis.call('HGETALL', KEYS[1]) \
    local firsts, lasts, others = {}, {}, {} \
    for i = 1, #all, 2 do \
        local kind, part = string.match(all[i], '^(%a+):(.*)$') \
        if kind == 'first' then firsts[part] = all[i + 1] \
        elseif kind == 'last' then lasts[part] = all[i + 1] end end \
    for part, first in pairs(firsts) do if part ~= ARGV[1] then table.insert(others, part) end end \
    table.sort(others, function(a, b) return tonumber(firsts[a]) < tonumber(firsts[b]) end) \
    local mine = {'mine', ARGV[1], firsts[ARGV[1]], lasts[ARGV[1]]} \
    for i, part in ipairs(others) do if i < tonumber(ARGV[5]) then \
        table.insert(mine, part) table.insert(mine, firsts[part]) table.insert(mine, lasts[part]) end end \
    return mine";

/// Ends a run that did its work. `ARGV`: epoch, mark, how long no other may follow in milliseconds, then each part and the last ticket that it covered.
pub(super) const FINISH: &str = "if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then \
    for i = 4, #ARGV, 2 do \
        local first, last = 'first:' .. ARGV[i], 'last:' .. ARGV[i] \
        local drawn = redis.call('HGET', KEYS[1], last) \
        if drawn and tonumber(drawn) <= tonumber(ARGV[i + 1]) then redis.call('HDEL', KEYS[1], first, last) \
        elseif drawn and tonumber(redis.call('HGET', KEYS[1], first)) <= tonumber(ARGV[i + 1]) then \
            redis.call('HSET', KEYS[1], first, tonumber(ARGV[i + 1]) + 1) end end end \
    if redis.call('GET', KEYS[2]) == ARGV[2] then \
        if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[2], 'apart', 'PX', ARGV[3]) \
        else redis.call('DEL', KEYS[2]) end end \
    return 0";

/// Ends a run that failed. `ARGV`: its mark.
pub(super) const GIVE_UP: &str =
    "if redis.call('GET', KEYS[2]) == ARGV[1] then return redis.call('DEL', KEYS[2]) end return 0";
