-- Ask the customer something whose answer is not for the assistant (what a ticket shall say, a comment): their next text is it.
-- A: conversation, what, message, message_key, within_ms?
local at = key.conversation(A.conversation)
local state = redis.call('HGET', at, 'state')
if not state or state == 'active' or number_of(A.conversation, A.message_key) then
  return answer({asked = false})
end
redis.call('HDEL', at, 'asked_ticket')
redis.call('HSET', at, 'asked', A.what)
if A.within_ms then redis.call('HSET', at, 'asked_until_ms', int(now_ms + A.within_ms))
else redis.call('HDEL', at, 'asked_until_ms') end
remember(A.conversation, A.message_key, append(A.conversation, A.message))
return answer({asked = true})
