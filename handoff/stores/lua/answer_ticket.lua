-- The owner of a ticket writes to its customer, whose replies are read with that.
-- A: ticket, agent, message, message_key, audit?
local ticket = key.ticket(A.ticket)
local now = redis.call('HMGET', ticket, 'state', 'owner_id', 'conversation_id', 'unread', 'owner_name')
if not now[1] or redis.call('EXISTS', key.conversation(now[3])) == 0 then return answer({missing = true}) end
local conversation = now[3]
local seen = number_of(conversation, A.message_key)
if seen then return answer({seq = seen, duplicate = true}) end
if now[1] ~= 'in_progress' or now[2] ~= A.agent then
  return answer({refused = true, state = now[1], owner = now[5] or nil})
end
local seq = append(conversation, A.message)
remember(conversation, A.message_key, seq)
record()
redis.call('HSET', key.conversation(conversation), 'ticket_told', A.ticket, 'ticket_told_ms', int(now_ms))
if now[4] then
  redis.call('HDEL', ticket, 'unread')
  notify('ticket')
end
return answer({seq = seq, duplicate = false})
