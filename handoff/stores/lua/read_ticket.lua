-- The owner has read what the customer replied.
-- A: ticket, agent
local ticket = key.ticket(A.ticket)
if redis.call('HGET', ticket, 'owner_id') == A.agent and redis.call('HDEL', ticket, 'unread') == 1 then notify('ticket') end
return answer({})
