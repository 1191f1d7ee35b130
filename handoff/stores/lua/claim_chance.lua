-- Answer within the request: take the conversation's undelivered messages, once its turn has ended (or `force`).
-- A: inbound, conversation, attempt, seq, force, lease_ms
local at = key.inbound(A.inbound)
local now = redis.call('HMGET', at, 'attempts', 'closed')
if now[2] or tonumber(now[1] or '0') ~= A.attempt then return answer({superseded = true}) end
local delivery = key.delivery(A.conversation)
local first = redis.call('LINDEX', key.mailbox(A.conversation), 0)
local ended = not first or cjson.decode(first).seq > A.seq
local leased = tonumber(redis.call('HGET', delivery, 'lease_until_ms') or '0') > now_ms
if not A.force and (leased or not ended) then return answer({waiting = true}) end

local last = tonumber(redis.call('HGET', key.conversation(A.conversation), 'last_seq') or '0')
local delivered = tonumber(redis.call('HGET', delivery, 'delivered_seq') or '0')
if leased or last <= delivered then return answer({nothing = true, ended = ended}) end
local lease = redis.call('HINCRBY', delivery, 'lease', 1)
redis.call('HSET', delivery, 'lease_until_ms', int(now_ms + A.lease_ms))
return answer({lease = lease, delivered_seq = delivered, last_seq = last, ended = ended,
  parts_done = tonumber(redis.call('HGET', delivery, 'parts_done') or '0')})
