-- A delivery of a channel has come, perhaps again: which one it is, and a chance to answer within its request.
-- How long after the first one the channel sent it, its own stamps say: our clock counts the time it lay here on a busy
-- machine too. Only where it is sent again exactly as it was, our clock is all there is.
-- A: inbound, conversation, sent_s, nonce, chance_ms, ttl_s
local at = key.inbound(A.inbound)
redis.call('HSETNX', at, 'conversation', A.conversation)
redis.call('HSETNX', at, 'first_ms', int(now_ms))
redis.call('HSETNX', at, 'sent_s', int(A.sent_s))
redis.call('HSETNX', at, 'nonce', A.nonce)
local attempt = redis.call('HINCRBY', at, 'attempts', 1)
redis.call('EXPIRE', at, A.ttl_s)
local now = redis.call('HMGET', at, 'conversation', 'closed', 'reply', 'first_ms', 'sent_s', 'nonce')
if not now[2] then
  local chances = key.chances(now[1])
  redis.call('ZADD', chances, int(now_ms + A.chance_ms), A.inbound)
  redis.call('EXPIRE', chances, A.ttl_s)
end
-- Who held an earlier delivery of it gives way at once.
notify('message', {conversation = now[1]})
local after_ms = (A.sent_s - tonumber(now[5])) * 1000
if after_ms == 0 and A.nonce == now[6] then after_ms = now_ms - tonumber(now[4]) end
return answer({conversation = now[1], attempt = attempt, after_ms = after_ms,
  closed = now[2] and true or false, reply = now[3] or nil})
