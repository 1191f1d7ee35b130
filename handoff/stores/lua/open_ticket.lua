-- Make a ticket, once by its key, with the message that tells the customer its number; whoever waited waits no more.
-- A: conversation, ticket, fields, skill_group, due_at_ms, ticket_key, message (its body holds TICKET_NUMBER)
local at = key.conversation(A.conversation)
local state = redis.call('HGET', at, 'state')
if not state then return answer({missing = true}) end
local seen = number_of(A.conversation, A.ticket_key)
if seen then return answer({number = seen, duplicate = true}) end
local request = redis.call('HGET', at, 'request_id')
local left = state == 'queued' and take_from_queue(A.conversation, request)

local number = redis.call('INCR', key.ticket_number())
remember(A.conversation, A.ticket_key, number)
local ticket = key.ticket(A.ticket)
for name, value in pairs(A.fields) do redis.call('HSET', ticket, name, value) end
redis.call('HSET', ticket, 'number', int(number), 'state', 'new', 'created_at_ms', int(now_ms))
redis.call('ZADD', key.tickets(A.skill_group .. ':new'), int(A.due_at_ms), A.ticket)
redis.call('ZADD', key.tickets_due(), int(A.due_at_ms), A.ticket)
redis.call('SADD', key.conversation_tickets(A.conversation), A.ticket)
redis.call('EXPIRE', key.conversation_tickets(A.conversation), limits.conversation_ttl_s)
redis.call('HDEL', at, 'asked', 'asked_until_ms', 'asked_ticket')
A.message.body = string.gsub(A.message.body, 'TICKET_NUMBER', int(number))
append(A.conversation, A.message)
if left then
  begin_episode(A.conversation)
  journal(A.conversation, 'left', cjson.encode({request = request}))
end
journal(A.conversation, 'ticket_opened', cjson.encode({ticket = A.ticket}))
if left then notify('queue') end
notify('ticket')
return answer({number = number, duplicate = false})
