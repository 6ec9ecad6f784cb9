-- A try came to nothing. KEYS[1]: the failures. What was forgotten meanwhile stays forgotten.
if tonumber(redis.call('HGET', KEYS[1], 'count') or 0) > 0 then
  redis.call('HINCRBY', KEYS[1], 'count', -1)
end
return 0
