-- What the customer replies to a ticket's people: added to it once, unread, with the note that tells them and the message that
-- tells the customer.
-- A: ticket, conversation, state, owner?, turn, change (JSON without time), change_id, message, note, mentions [agent ids]
local ticket = key.ticket(A.ticket)
local now = redis.call('HMGET', ticket, 'state', 'owner_id', 'conversation_id', 'changes')
if not now[1] or now[3] ~= A.conversation then return answer({missing = true}) end
local seen = number_of(A.conversation, A.change_id)
if seen then return answer({added = false, turn = seen}) end
local changes = now[4] and now[4] ~= '' and cjson.decode(now[4]) or {}
-- Long ago, so that the key is forgotten.
for _, change in ipairs(changes) do if change.id == A.change_id then return answer({added = false}) end end
-- Who is told, and what the customer is told, was written for the ticket as it was read.
if now[1] ~= A.state or (now[2] or nil) ~= A.owner then return answer({changed = true}) end

remember(A.conversation, A.change_id, A.turn)
local change = cjson.decode(A.change)
change.at_ms = now_ms
changes[#changes + 1] = change
if #changes > limits.ticket_changes then table.remove(changes, 1) end
redis.call('HSET', ticket, 'changes', cjson.encode(changes))
redis.call('HINCRBY', ticket, 'unread', 1)
note_down(A.conversation, A.note, A.mentions, 'note:' .. A.change_id)
append(A.conversation, A.message)
journal(A.conversation, 'ticket_replied', cjson.encode({ticket = A.ticket, change = change}))
notify('ticket')
return answer({added = true})
