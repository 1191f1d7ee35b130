-- Change an agent's record and end what the change makes invalid: one session, all of them, or none.
-- A: agent, fields?, family?, all?, gone? (no longer there, at once), keep_administrator? (refuse when no other enabled
--    administrator is left), audit?
local at = key.agent(A.agent)
if redis.call('EXISTS', at) == 0 then return answer({missing = true}) end
if A.keep_administrator then
  -- Here, because two administrators may take the role from each other at once.
  local others = 0
  for _, id in ipairs(redis.call('HVALS', key.usernames())) do
    local one = redis.call('HMGET', key.agent(id), 'role', 'disabled')
    if id ~= A.agent and one[1] == 'administrator' and one[2] ~= '1' then others = others + 1 end
  end
  if others == 0 then return answer({last = true}) end
end
local is_changed = false
for name, value in pairs(A.fields or {}) do
  if redis.call('HGET', at, name) ~= tostring(value) then is_changed = true end
  redis.call('HSET', at, name, value)
end
local ended = A.all and redis.call('SMEMBERS', key.agent_sessions(A.agent)) or {A.family}
for _, family in ipairs(ended) do
  if redis.call('DEL', key.family(family)) == 1 then is_changed = true end
  redis.call('SREM', key.agent_sessions(A.agent), family)
end
if A.gone and redis.call('ZREM', key.heartbeats(), A.agent) == 1 then is_changed = true end
if is_changed then record() end
if #ended > 0 then notify('session', {agent = A.agent}) end
if A.fields then
  notify('agent', {agent = A.agent})
  notify('queue')
end
return answer({changed = true})
