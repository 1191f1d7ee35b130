-- The customer no longer waits; the assistant serves again, with a clean tracker.
-- A: conversation, message
local request = redis.call('HGET', key.conversation(A.conversation), 'request_id')
local left, state = take_from_queue(A.conversation, request)
if not left then return answer({illegal = state}) end
append(A.conversation, A.message)
begin_episode(A.conversation)
journal(A.conversation, 'left', cjson.encode({request = request}))
notify('queue')
return answer({left = true})
