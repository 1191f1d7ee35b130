-- Places in queues, and in agents' hands, of what is gone or elsewhere: nobody can take or end it any more.
-- A: -
local ghosts = 0
for _, group in ipairs(redis.call('SMEMBERS', key.queue_groups())) do
  for _, request in ipairs(redis.call('ZRANGE', key.queue(group), 0, -1)) do
    local conversation = redis.call('HGET', key.request(request), 'conversation_id')
    local now = conversation and redis.call('HMGET', key.conversation(conversation), 'state', 'request_id')
    if not now or now[1] ~= 'queued' or now[2] ~= request then
      redis.call('ZREM', key.queue(group), request)
      ghosts = ghosts + 1
    end
  end
end
for _, agent in ipairs(redis.call('HVALS', key.usernames())) do
  for _, conversation in ipairs(redis.call('SMEMBERS', key.agent_conversations(agent))) do
    local now = redis.call('HMGET', key.conversation(conversation), 'state', 'agent_id')
    if now[1] ~= 'active' or now[2] ~= agent then
      redis.call('SREM', key.agent_conversations(agent), conversation)
      ghosts = ghosts + 1
    end
  end
end
if ghosts > 0 then notify('queue') end
return answer({ghosts = ghosts})
