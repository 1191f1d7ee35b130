-- Ask the customer what the ticket shall say: their next text is it.
-- A: conversation, step, message, message_key
local at = key.conversation(A.conversation)
local state = redis.call('HGET', at, 'state')
if not state or state == 'active' or redis.call('HEXISTS', key.seen(A.conversation), A.message_key) == 1 then
  return answer({asked = false})
end
redis.call('HSET', at, 'ticket_step', A.step)
remember(A.conversation, A.message_key, append(A.conversation, A.message))
return answer({asked = true})
