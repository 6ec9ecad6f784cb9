-- Takes a token as `Bucket::take` does. ARGV: now, interval and capacity in microseconds. Answers whether there was one, and how long until the bucket is full.
local now, interval, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + interval
if full_at - now > capacity then
  return {0, full_at - now - interval}
end
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
return {1, full_at - now}
