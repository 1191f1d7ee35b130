-- Put settings in force, over the version they were made from; without a plan the file's hold again.
-- A: of (their key), version, plan? (JSON), by, audit?
local at = key[A.of]()
if tonumber(redis.call('HGET', at, 'version') or '0') ~= A.version then return answer({changed = false}) end
redis.call('HINCRBY', at, 'version', 1)
redis.call('HSET', at, 'by', A.by, 'at_ms', int(now_ms))
if A.plan then redis.call('HSET', at, 'plan', A.plan) else redis.call('HDEL', at, 'plan') end
record()
notify('settings')
notify('queue') -- who may serve whom may be another
return answer({changed = true})
