-- Conversations with an event to tell a target, each leased to one teller: the first event only, so that order is kept.
-- A: target, count, lease_ms
local due_set = key.webhooks_due(A.target)
local taken = {}
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', due_set, '-inf', int(now_ms), 'LIMIT', 0, A.count)) do
  local id = A.target .. ':' .. conversation
  local event = redis.call('LINDEX', key.webhooks(id), 0)
  if event then
    local at = key.webhook(id)
    local lease = redis.call('HINCRBY', at, 'lease', 1)
    redis.call('HSETNX', at, 'first_ms', int(now_ms))
    redis.call('PERSIST', at)
    redis.call('ZADD', due_set, int(now_ms + A.lease_ms), conversation)
    local now = redis.call('HMGET', at, 'attempts', 'first_ms')
    taken[#taken + 1] = {conversation = conversation, lease = lease, event = cjson.decode(event),
      attempts = tonumber(now[1] or '0'), age_ms = now_ms - tonumber(now[2])}
  else
    redis.call('ZREM', due_set, conversation)
  end
end
return answer({taken = taken})
