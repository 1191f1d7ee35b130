-- Conversations with something to carry, each leased to one carrier. One whose answer may still go out within the
-- customer's own request is left alone until that chance has passed.
-- A: channel, count, lease_ms
local due_set = key.deliveries(A.channel)
local taken = {}
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', due_set, '-inf', int(now_ms), 'LIMIT', 0, A.count)) do
  local chances = key.chances(conversation)
  redis.call('ZREMRANGEBYSCORE', chances, '-inf', int(now_ms))
  local open = redis.call('ZRANGE', chances, -1, -1, 'WITHSCORES')
  local delivery = key.delivery(conversation)
  local leased_until = tonumber(redis.call('HGET', delivery, 'lease_until_ms') or '0')
  if open[2] then
    redis.call('ZADD', due_set, open[2], conversation)
  elseif leased_until > now_ms then
    redis.call('ZADD', due_set, int(leased_until), conversation)
  else
    local lease = redis.call('HINCRBY', delivery, 'lease', 1)
    redis.call('HSET', delivery, 'lease_until_ms', int(now_ms + A.lease_ms))
    redis.call('ZADD', due_set, int(now_ms + A.lease_ms), conversation)
    taken[#taken + 1] = {conversation = conversation, lease = lease}
  end
end
local first = redis.call('ZRANGE', due_set, 0, 0, 'WITHSCORES')
return answer({taken = taken, next_in_ms = first[2] and math.max(0, tonumber(first[2]) - now_ms) or nil})
