-- The customer has not answered the person who serves them: remind them once.
-- A: conversation, message, again_ms
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'reminded', 'outlet', 'last_seq')
local due = redis.call('ZSCORE', key.silent_due(), A.conversation)
if not due or tonumber(due) > now_ms then return answer({not_due = true}) end
if now[1] ~= 'active' then
  forget_silence(A.conversation)
  return answer({not_due = true})
end
-- What the channel has not carried to them yet they cannot answer.
if now[3] and now[3] ~= 'web' then
  local delivered = tonumber(redis.call('HGET', key.delivery(A.conversation), 'delivered_seq') or '0')
  if delivered < tonumber(now[4]) then
    redis.call('ZADD', key.silent_due(), int(now_ms + A.again_ms), A.conversation)
    return answer({not_due = true})
  end
end
if now[2] then return answer({reminded_before = true}) end
append(A.conversation, A.message)
redis.call('HSET', at, 'reminded', '1')
redis.call('ZADD', key.silent_due(), int(now_ms + A.again_ms), A.conversation)
journal(A.conversation, 'reminded')
return answer({reminded = true})
