-- What became of leased messages. A carrier whose lease has passed to another changes nothing.
-- A: conversation, channel, lease, seen_seq, through_seq?, parts_done?, choices?, failed?, unanswered?, retry_in_ms?, held?,
--    keep_ms?, inbound?, reply?, attempt?
local delivery = key.delivery(A.conversation)
if A.lease and tonumber(redis.call('HGET', delivery, 'lease') or '0') ~= A.lease then return answer({stale = true}) end
local at = key.conversation(A.conversation)

-- An answer within the request is one only while its chance is open and the channel has not asked again. Else nobody
-- waits for it any more: the later request carries it, or the carrier does.
if A.attempt then
  local is_newest = tonumber(redis.call('HGET', key.inbound(A.inbound), 'attempts') or '0') == A.attempt
  local ends_ms = tonumber(redis.call('ZSCORE', key.chances(A.conversation), A.inbound) or '0')
  if not is_newest or ends_ms <= now_ms then
    redis.call('HDEL', delivery, 'lease_until_ms')
    if is_newest then
      redis.call('HSET', key.inbound(A.inbound), 'closed', '1')
      redis.call('ZREM', key.chances(A.conversation), A.inbound)
    end
    due(A.channel, A.conversation, now_ms)
    notify('message', {conversation = A.conversation})
    return answer({stale = true})
  end
end

-- The mark of a carrier goes with what became of its call; without one this is a repetition, and was counted.
local was_sending = A.lease and redis.call('HDEL', delivery, 'sending') == 1
if A.unanswered and was_sending then redis.call('HINCRBY', delivery, 'unanswered', 1) end
if A.through_seq then
  redis.call('HSET', delivery, 'delivered_seq', A.through_seq)
  redis.call('HDEL', delivery, 'attempts', 'held', 'parts_done')
end
if A.through_seq or A.parts_done then redis.call('HDEL', delivery, 'unanswered') end
if A.parts_done then redis.call('HSET', delivery, 'parts_done', A.parts_done) end
if A.choices then redis.call('HSET', delivery, 'choices', A.choices) end
if A.inbound then
  redis.call('HSET', key.inbound(A.inbound), 'closed', '1')
  if A.reply then redis.call('HSET', key.inbound(A.inbound), 'reply', A.reply) end
  redis.call('ZREM', key.chances(A.conversation), A.inbound)
end
prolong(A.conversation)
if A.lease and A.keep_ms then
  redis.call('HSET', delivery, 'lease_until_ms', int(now_ms + A.keep_ms))
  redis.call('ZADD', key.deliveries(A.channel), int(now_ms + A.keep_ms), A.conversation)
  return answer({stale = false})
end

if A.lease then redis.call('HDEL', delivery, 'lease_until_ms') end
local last = tonumber(redis.call('HGET', at, 'last_seq') or '0')
local delivered = tonumber(redis.call('HGET', delivery, 'delivered_seq') or '0')
local is_news = A.seen_seq and last > A.seen_seq
if A.held and redis.call('HSET', delivery, 'held', '1') == 1 then notify('conversation', {conversation = A.conversation}) end
if A.failed then redis.call('HINCRBY', delivery, 'attempts', 1) end
if A.retry_in_ms then due(A.channel, A.conversation, now_ms + A.retry_in_ms)
elseif last > delivered and (is_news or not A.held) then due(A.channel, A.conversation, now_ms)
else redis.call('ZREM', key.deliveries(A.channel), A.conversation) end
if A.through_seq then notify('conversation', {conversation = A.conversation}) end
return answer({stale = false})
