-- A delivery of a channel has come, perhaps again: which one it is, and a chance to answer within its request.
-- A: inbound, conversation, chance_ms, ttl_s
local at = key.inbound(A.inbound)
redis.call('HSETNX', at, 'conversation', A.conversation)
redis.call('HSETNX', at, 'first_ms', int(now_ms))
local attempt = redis.call('HINCRBY', at, 'attempts', 1)
redis.call('EXPIRE', at, A.ttl_s)
local now = redis.call('HMGET', at, 'conversation', 'first_ms', 'closed', 'reply')
if not now[3] and A.chance_ms then
  local chances = key.chances(now[1])
  redis.call('ZADD', chances, int(now_ms + A.chance_ms), A.inbound)
  redis.call('PEXPIRE', chances, A.chance_ms * 4)
end
-- Who held an earlier delivery of it gives way at once.
notify('message', {conversation = now[1]})
return answer({conversation = now[1], attempt = attempt, age_ms = now_ms - tonumber(now[2]),
  closed = now[3] and true or false, reply = now[4] or nil})
