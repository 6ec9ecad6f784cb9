-- A try begins, unless a delay runs: then it answers how long, in milliseconds. KEYS[1]: the failures; ARGV: now in milliseconds, how many are
-- free, how long they are remembered in milliseconds. A second after the last free one, doubled each time, at most as long as they are remembered.
local seen = redis.call('HMGET', KEYS[1], 'count', 'last')
local count, last = tonumber(seen[1] or 0), tonumber(seen[2] or 0)
local now, free, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if count >= free then
  local delay = math.min(window, 1000 * 2 ^ math.min(count - free, 20))
  local wait = delay - (now - last)
  if wait > 0 then
    return math.ceil(wait)
  end
end
redis.call('HINCRBY', KEYS[1], 'count', 1)
redis.call('HSET', KEYS[1], 'last', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0
