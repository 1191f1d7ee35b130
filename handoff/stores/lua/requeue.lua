-- Back into the queue: the agent is lost, or transfers it to a group. The place is the head of the queue when the customer
-- had been served already and is not to blame (`to_head`), else the one of the first arrival.
-- A: conversation, agent, skill_group?, to_head, message, why, transfer {to, why}, request?, audit?
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'agent_id', 'request_id', 'last_agent_id')
if not now[1] then
  redis.call('SREM', key.agent_conversations(A.agent), A.conversation)
  return answer({missing = true})
end
if another_service(A.request, now[3]) then return answer({stale = true}) end
-- A repetition finds it done.
if A.request and now[1] == 'queued' and now[4] == A.agent then return answer({requeued = true}) end
if now[1] == 'active' and now[2] ~= A.agent then
  record('not_your_conversation')
  return answer({not_yours = true})
end
local illegal = move(A.conversation, 'requeue')
if illegal then return answer({illegal = illegal}) end

local request = key.request(now[3])
local known = redis.call('HMGET', request, 'skill_group', 'score')
local skill_group = A.skill_group or known[1]
local queue = key.queue(skill_group)
local score = tonumber(known[2])
if A.to_head then
  -- First of all groups: an agent who serves several of them works through them as one queue.
  for _, group in ipairs(redis.call('SMEMBERS', key.queue_groups())) do
    local head = redis.call('ZRANGE', key.queue(group), 0, 0, 'WITHSCORES')
    if head[2] then score = math.min(score, tonumber(head[2]) - 1) end
  end
end
note_transfer(request, A.transfer.to, A.transfer.why)
redis.call('ZADD', queue, int(score), now[3])
redis.call('SADD', key.queue_groups(), skill_group)
redis.call('HSET', request, 'state', 'queued', 'skill_group', skill_group)
redis.call('HDEL', request, 'agent_id', 'agent_name', 'claimed_at_ms', 'preferred_agent_id')
redis.call('HDEL', at, 'agent_id', 'agent_name')
redis.call('HSET', at, 'last_agent_id', A.agent)
redis.call('SREM', key.agent_conversations(A.agent), A.conversation)
append(A.conversation, A.message)
record()
journal(A.conversation, 'requeued', cjson.encode({request = now[3], agent = A.agent, skill_group = skill_group, why = A.why}))
notify('removed', {conversation = A.conversation, agent = A.agent})
notify('queue')
return answer({requeued = true})
