-- Take a ticket or end it, and tell the customer in the same step. The first who takes it owns it.
-- A: ticket, from, to, agent, agent_name, any_owner?, message
local ticket = key.ticket(A.ticket)
local now = redis.call('HMGET', ticket, 'state', 'owner_id', 'owner_name', 'skill_group', 'conversation_id', 'due_at_ms')
if not now[1] then return answer({missing = true}) end
-- A second delivery of the same wish changes nothing.
if now[1] == A.to and now[2] == A.agent then return answer({moved = true}) end
local is_others = now[2] and now[2] ~= A.agent and not A.any_owner
if now[1] ~= A.from or is_others then return answer({moved = false, state = now[1], owner = now[3] or nil}) end

redis.call('HSET', ticket, 'state', A.to)
redis.call('ZREM', key.tickets(now[4] .. ':' .. A.from), A.ticket)
local listed = key.tickets(now[4] .. ':' .. A.to)
if A.to == 'done' then
  redis.call('HSET', ticket, 'ended_at_ms', int(now_ms))
  redis.call('EXPIRE', ticket, limits.request_ttl_s)
  redis.call('ZADD', listed, int(now_ms), A.ticket)
  redis.call('ZREMRANGEBYSCORE', listed, '-inf', int(now_ms - limits.request_ttl_s * 1000))
else
  redis.call('HSET', ticket, 'owner_id', A.agent, 'owner_name', A.agent_name, 'taken_at_ms', int(now_ms))
  redis.call('ZADD', listed, now[6], A.ticket)
end
-- The conversation may be over for good; the ticket is not.
redis.call('SADD', key.conversation_tickets(now[5]), A.ticket)
redis.call('EXPIRE', key.conversation_tickets(now[5]), limits.conversation_ttl_s)
redis.call('ZADD', key.archive_due(), 'NX', int(now_ms), now[5])
if redis.call('EXISTS', key.conversation(now[5])) == 1 then
  append(now[5], A.message)
  journal(now[5], 'ticket_' .. A.to, cjson.encode({ticket = A.ticket, agent = A.agent}))
end
notify('queue')
return answer({moved = true})
