-- What became of the first event of a conversation for a target. A teller whose lease has passed to another changes nothing.
-- A: target, conversation, lease, retry_in_ms? (else it is over), dead? (its letter, JSON), kept, ttl_s
local id = A.target .. ':' .. A.conversation
local at = key.webhook(id)
if tonumber(redis.call('HGET', at, 'lease') or '0') ~= A.lease then return answer({stale = true}) end
local due_set = key.webhooks_due(A.target)
if A.retry_in_ms then
  redis.call('HINCRBY', at, 'attempts', 1)
  redis.call('ZADD', due_set, int(now_ms + A.retry_in_ms), A.conversation)
  return answer({stale = false})
end
if A.dead then
  redis.call('LPUSH', key.webhooks_dead(), A.dead)
  redis.call('LTRIM', key.webhooks_dead(), 0, A.kept - 1)
end
redis.call('LPOP', key.webhooks(id))
-- The lease counts on: whoever had this one must not fit the next.
redis.call('HINCRBY', at, 'lease', 1)
redis.call('HDEL', at, 'attempts', 'first_ms')
redis.call('EXPIRE', at, A.ttl_s)
if redis.call('LLEN', key.webhooks(id)) > 0 then redis.call('ZADD', due_set, int(now_ms), A.conversation)
else redis.call('ZREM', due_set, A.conversation) end
return answer({stale = false})
