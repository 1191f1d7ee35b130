-- The customer no longer waits; the assistant serves again, with a clean tracker.
-- A: conversation, message, request?
local request = redis.call('HGET', key.conversation(A.conversation), 'request_id')
if A.request and A.request ~= request then
  -- The same call again, or a late one that must not give up the place of a new request.
  local meant = redis.call('HMGET', key.request(A.request), 'state', 'conversation_id')
  return answer(meant[1] == 'left' and meant[2] == A.conversation and {left = true} or {stale = true})
end
local left, state = take_from_queue(A.conversation, request)
if not left then return answer({illegal = state}) end
append(A.conversation, A.message)
begin_episode(A.conversation)
journal(A.conversation, 'left', cjson.encode({request = request}))
notify('queue')
return answer({left = true})
