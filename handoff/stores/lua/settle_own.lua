-- What the channel itself answers a delivery with. The first to end decides; the newest attempt carries it, whoever ended it.
-- A: channel, conversation, inbound, attempt, reply
local at = key.inbound(A.inbound)
local is_newest = tonumber(redis.call('HGET', at, 'attempts') or '0') == A.attempt
if redis.call('HEXISTS', at, 'closed') == 1 then return answer({carried = is_newest and redis.call('HGET', at, 'reply') or nil}) end
redis.call('HSET', at, 'closed', '1', 'reply', A.reply)
redis.call('HDEL', at, 'own_until_ms')
redis.call('ZREM', key.chances(A.conversation), A.inbound)
prolong(A.conversation)
-- What the conversation has to carry no longer waits for this request.
local last = tonumber(redis.call('HGET', key.conversation(A.conversation), 'last_seq') or '0')
if last > tonumber(redis.call('HGET', key.delivery(A.conversation), 'delivered_seq') or '0') then due(A.channel, A.conversation, now_ms) end
return answer({carried = is_newest and A.reply or nil})
