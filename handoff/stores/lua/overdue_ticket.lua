-- Supervisors have been told that nobody ended a ticket in time: once for each time it was due.
-- A: ticket, due_at_ms, change (JSON without time)
local score = redis.call('ZSCORE', key.tickets_due(), A.ticket)
if not score or tonumber(score) ~= tonumber(A.due_at_ms) then return answer({noted = false}) end
redis.call('ZREM', key.tickets_due(), A.ticket)
local ticket = key.ticket(A.ticket)
local now = redis.call('HMGET', ticket, 'conversation_id', 'changes')
if not now[1] then return answer({noted = false}) end
local change = cjson.decode(A.change)
change.at_ms = now_ms
local changes = now[2] and now[2] ~= '' and cjson.decode(now[2]) or {}
changes[#changes + 1] = change
if #changes > limits.ticket_changes then table.remove(changes, 1) end
redis.call('HSET', ticket, 'changes', cjson.encode(changes))
redis.call('ZADD', key.archive_due(), 'NX', int(now_ms), now[1])
if redis.call('EXISTS', key.conversation(now[1])) == 1 then
  journal(now[1], 'ticket_overdue', cjson.encode({ticket = A.ticket, due_at_ms = tonumber(A.due_at_ms)}))
end
notify('ticket')
return answer({noted = true})
