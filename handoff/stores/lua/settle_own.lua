-- What the channel itself answers a delivery with. Kept for whoever carries it: the newest attempt.
-- A: channel, conversation, inbound, attempt, reply
local at = key.inbound(A.inbound)
if redis.call('HEXISTS', at, 'closed') == 1 then return answer({is_newest = false}) end
redis.call('HSET', at, 'closed', '1', 'reply', A.reply)
redis.call('HDEL', at, 'own_until_ms')
redis.call('ZREM', key.chances(A.conversation), A.inbound)
prolong(A.conversation)
-- What the conversation has to carry no longer waits for this request.
local last = tonumber(redis.call('HGET', key.conversation(A.conversation), 'last_seq') or '0')
if last > tonumber(redis.call('HGET', key.delivery(A.conversation), 'delivered_seq') or '0') then due(A.channel, A.conversation, now_ms) end
return answer({is_newest = tonumber(redis.call('HGET', at, 'attempts') or '0') == A.attempt})
