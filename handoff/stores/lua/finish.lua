-- The agent closes the service: wrap-up on the request, marker in the transcript, the assistant serves again.
-- A: conversation, agent, may_all, disposition, summary?, resolved, message, samples, follow_up? (JSON), follow_up_by?, silent?, request?, audit?
-- silent: only if the customer was reminded and still says nothing.
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'agent_id', 'request_id')
if not now[1] then return answer({missing = true}) end
if A.request and A.request ~= now[3] then
  -- The same call again, or a late one that must not end what began since.
  local meant = redis.call('HMGET', key.request(A.request), 'state', 'conversation_id', 'agent_id')
  local is_done = meant[1] == 'done' and meant[2] == A.conversation and (meant[3] == A.agent or A.may_all)
  return answer(is_done and {finished = true, request = A.request} or {stale = true})
end
if now[1] == 'active' and now[2] ~= A.agent and not A.may_all then
  record('not_your_conversation')
  return answer({not_yours = true})
end
if A.silent then
  local due = redis.call('ZSCORE', key.silent_due(), A.conversation)
  if not due or tonumber(due) > now_ms or redis.call('HEXISTS', at, 'reminded') == 0 then return answer({not_silent = true}) end
end
local illegal = move(A.conversation, 'finish')
if illegal then return answer({illegal = illegal}) end

local request = key.request(now[3])
local claimed = redis.call('HMGET', request, 'claimed_at_ms', 'skill_group')
local handled_s = math.max(1, math.floor((now_ms - tonumber(claimed[1] or int(now_ms))) / 1000))
redis.call('LPUSH', key.handling(claimed[2]), handled_s)
redis.call('LTRIM', key.handling(claimed[2]), 0, A.samples - 1)
redis.call('HSET', request, 'state', 'done', 'ended_at_ms', int(now_ms), 'disposition', A.disposition,
  'resolved', A.resolved and '1' or '0')
if A.summary then redis.call('HSET', request, 'summary', A.summary) end
if A.follow_up then
  redis.call('HSET', request, 'follow_up', A.follow_up)
  redis.call('HSET', key.follow_ups(A.follow_up_by), now[3], A.follow_up)
  notify('follow_up', {agent = A.follow_up_by})
end
redis.call('HDEL', at, 'agent_id', 'agent_name', 'request_id')
redis.call('HSET', at, 'last_agent_id', now[2], 'last_request_id', now[3], 'last_served_ms', int(now_ms))
redis.call('ZADD', key.last_served(), int(now_ms), now[2])
redis.call('SREM', key.agent_conversations(now[2]), A.conversation)
append(A.conversation, A.message)
begin_episode(A.conversation)
record()
journal(A.conversation, 'finished', cjson.encode({request = now[3], agent = A.agent, disposition = A.disposition,
  follow_up = A.follow_up and cjson.decode(A.follow_up) or nil}))
notify('removed', {conversation = A.conversation, agent = now[2]})
notify('queue')
return answer({finished = true, request = now[3]})
