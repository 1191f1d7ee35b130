-- Take a ticket, end it, hand it on, note a call, open it again; with its history, and the customer told, in the same step.
-- A: ticket, sources {state = true}, to, by {id, name}, event, change (JSON without time), change_id, once?, owner_only?,
--    owner? {id, name} or skill_group? (whose it is then), due_at_ms?, result?, message?, audit?
local ticket = key.ticket(A.ticket)
local now = redis.call('HMGET', ticket, 'state', 'owner_id', 'owner_name', 'skill_group', 'conversation_id', 'due_at_ms', 'changes')
if not now[1] then return answer({missing = true}) end
local conversation = now[5]
local changes = now[7] and now[7] ~= '' and cjson.decode(now[7]) or {}
-- A second delivery of the same wish changes nothing.
if A.once and now[1] == A.to and now[2] == A.by.id then return answer({moved = true}) end
for _, change in ipairs(changes) do if change.id == A.change_id then return answer({moved = true}) end end
local is_others = now[2] and now[2] ~= A.by.id
if not A.sources[now[1]] or (A.owner_only and is_others) then
  return answer({moved = false, state = now[1], owner = now[3] or nil})
end

local change = cjson.decode(A.change)
change.at_ms = now_ms
changes[#changes + 1] = change
if #changes > limits.ticket_changes then table.remove(changes, 1) end
local due_ms = tonumber(A.due_at_ms or now[6])
redis.call('HSET', ticket, 'state', A.to, 'changes', cjson.encode(changes), 'due_at_ms', int(due_ms))
if A.result then redis.call('HSET', ticket, 'result', A.result) end
redis.call('ZREM', key.tickets(now[4] .. ':' .. now[1]), A.ticket)
if now[2] then redis.call('ZREM', key.agent_tickets(now[2]), A.ticket) end
local group, owner = A.skill_group or now[4], A.owner and A.owner.id or now[2]
redis.call('HSET', ticket, 'skill_group', group)
local listed = key.tickets(group .. ':' .. A.to)
if A.to == 'done' then
  redis.call('HSET', ticket, 'ended_at_ms', int(now_ms))
  redis.call('EXPIRE', ticket, limits.request_ttl_s)
  redis.call('ZADD', listed, int(now_ms), A.ticket)
  redis.call('ZREMRANGEBYSCORE', listed, '-inf', int(now_ms - limits.request_ttl_s * 1000))
  redis.call('ZREM', key.tickets_due(), A.ticket)
else
  redis.call('HDEL', ticket, 'ended_at_ms')
  redis.call('PERSIST', ticket)
  redis.call('ZADD', listed, int(due_ms), A.ticket)
  if A.due_at_ms then redis.call('ZADD', key.tickets_due(), int(due_ms), A.ticket) end
  if A.to == 'new' then
    redis.call('HDEL', ticket, 'owner_id', 'owner_name', 'taken_at_ms')
  else
    if A.owner then redis.call('HSET', ticket, 'owner_id', owner, 'owner_name', A.owner.name) end
    if now[1] == 'new' then redis.call('HSET', ticket, 'taken_at_ms', int(now_ms)) end
    redis.call('ZADD', key.agent_tickets(owner), int(due_ms), A.ticket)
  end
end
-- The conversation may be over for good; the ticket is not.
redis.call('SADD', key.conversation_tickets(conversation), A.ticket)
redis.call('EXPIRE', key.conversation_tickets(conversation), limits.conversation_ttl_s)
redis.call('ZADD', key.archive_due(), 'NX', int(now_ms), conversation)
if redis.call('EXISTS', key.conversation(conversation)) == 1 then
  if A.message then
    append(conversation, A.message)
    if A.to ~= 'done' then
      redis.call('HSET', key.conversation(conversation), 'ticket_told', A.ticket, 'ticket_told_ms', int(now_ms))
    elseif redis.call('HGET', key.conversation(conversation), 'ticket_told') == A.ticket then
      redis.call('HDEL', key.conversation(conversation), 'ticket_told', 'ticket_told_ms')
    end
  end
  journal(conversation, A.event, cjson.encode({ticket = A.ticket, agent = A.by.id, change = change}))
end
record()
notify('ticket')
return answer({moved = true})
