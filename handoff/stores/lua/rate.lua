-- The customer says how satisfied they were with the last service; saying it again replaces it.
-- A: conversation, score, comment?
local request = redis.call('HGET', key.conversation(A.conversation), 'last_request_id')
if not request or redis.call('HGET', key.request(request), 'state') ~= 'done' then return answer({nothing = true}) end
redis.call('HSET', key.request(request), 'satisfaction', A.score)
if A.comment then redis.call('HSET', key.request(request), 'satisfaction_comment', A.comment) end
journal(A.conversation, 'rated', cjson.encode({request = request, score = A.score}))
return answer({request = request})
