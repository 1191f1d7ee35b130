-- Put working hours in force, over the version they were made from; without a plan the file's hold again.
-- A: version, plan? (JSON), by, audit?
local at = key.hours()
if tonumber(redis.call('HGET', at, 'version') or '0') ~= A.version then return answer({changed = false}) end
redis.call('HINCRBY', at, 'version', 1)
redis.call('HSET', at, 'by', A.by, 'at_ms', int(now_ms))
if A.plan then redis.call('HSET', at, 'plan', A.plan) else redis.call('HDEL', at, 'plan') end
record()
return answer({changed = true})
