-- From one agent's hands into another's, without a moment in nobody's.
-- A: conversation, agent, to, to_name, capacity, message, why, request?, audit?
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'agent_id', 'request_id', 'last_agent_id')
if not now[1] then return answer({missing = true}) end
if another_service(A.request, now[3]) then return answer({stale = true}) end
-- A repetition finds it done.
if now[1] == 'active' and now[2] == A.to and now[4] == A.agent then return answer({reassigned = true}) end
if now[1] == 'active' and now[2] ~= A.agent then
  record('not_your_conversation')
  return answer({not_yours = true})
end
local illegal = forbids(A.conversation, 'reassign')
if illegal then return answer({illegal = illegal}) end
if A.to == A.agent then return answer({reassigned = true}) end
if redis.call('SCARD', key.agent_conversations(A.to)) >= A.capacity then return answer({full = true}) end
move(A.conversation, 'reassign')

redis.call('HSET', at, 'agent_id', A.to, 'agent_name', A.to_name, 'last_agent_id', A.agent)
note_transfer(key.request(now[3]), A.to_name, A.why)
redis.call('HSET', key.request(now[3]), 'agent_id', A.to, 'agent_name', A.to_name)
redis.call('SREM', key.agent_conversations(A.agent), A.conversation)
redis.call('SADD', key.agent_conversations(A.to), A.conversation)
redis.call('ZADD', key.last_served(), int(now_ms), A.to)
append(A.conversation, A.message)
record()
journal(A.conversation, 'reassigned', cjson.encode({request = now[3], agent = A.agent, to = A.to, why = A.why}))
notify('removed', {conversation = A.conversation, agent = A.agent})
notify('assigned', {conversation = A.conversation, agent = A.to})
return answer({reassigned = true})
