-- The customer no longer waits; the assistant serves again, with a clean tracker.
-- A: conversation, message
local at = key.conversation(A.conversation)
local request = redis.call('HGET', at, 'request_id')
local illegal = move(A.conversation, 'leave_queue')
if illegal then return answer({illegal = illegal}) end
local skill_group = redis.call('HGET', key.request(request), 'skill_group')
redis.call('ZREM', key.queue(skill_group), request)
redis.call('HSET', key.request(request), 'state', 'left', 'ended_at_ms', int(now_ms))
redis.call('HDEL', at, 'request_id')
redis.call('HSET', at, 'last_request_id', request)
append(A.conversation, A.message)
begin_episode(A.conversation)
journal(A.conversation, 'left', cjson.encode({request = request}))
notify('queue')
return answer({left = true})
