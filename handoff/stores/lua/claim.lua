-- An agent takes a request: exactly one of all who try, and never more than they can serve.
-- A: request, agent, agent_name, capacity, message, assigned?, audit?
-- assigned: the agent did not ask for it, and may have gone on a break meanwhile.
local at = key.request(A.request)
local now = redis.call('HMGET', at, 'state', 'conversation_id', 'agent_id', 'agent_name', 'skill_group')
if not now[1] then
  forget_request(A.request)
  return answer({missing = true})
end
if now[1] ~= 'queued' then
  local mine = now[1] == 'claimed' and now[3] == A.agent
  return answer({won = mine, state = now[1], conversation = now[2], claimed_by = now[4] or nil})
end
if A.assigned and redis.call('HGET', key.agent(A.agent), 'presence') ~= 'online' then return answer({won = false, absent = true}) end
local mine = key.agent_conversations(A.agent)
if redis.call('SCARD', mine) >= A.capacity then return answer({won = false, full = true}) end

local conversation = now[2]
local illegal = move(conversation, 'claim')
if illegal then return answer({won = false, illegal = illegal}) end
redis.call('HSET', at, 'state', 'claimed', 'agent_id', A.agent, 'agent_name', A.agent_name, 'claimed_at_ms', int(now_ms))
redis.call('HSET', key.conversation(conversation), 'agent_id', A.agent, 'agent_name', A.agent_name)
redis.call('ZREM', key.queue(now[5]), A.request)
redis.call('SADD', mine, conversation)
redis.call('ZADD', key.last_served(), int(now_ms), A.agent)
append(conversation, A.message)
record()
journal(conversation, 'claimed', cjson.encode({request = A.request, agent = A.agent}))
notify('assigned', {conversation = conversation, agent = A.agent})
notify('queue')
return answer({won = true, conversation = conversation, claimed_by = A.agent_name})
