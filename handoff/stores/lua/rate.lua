-- The customer says how satisfied they were with the last service; saying it again replaces it. What they add is thanked for.
-- A: conversation, score?, comment?, message? (thanks for the comment)
local at = key.conversation(A.conversation)
local request = redis.call('HGET', at, 'last_request_id')
if not request or redis.call('HGET', key.request(request), 'state') ~= 'done' then return answer({nothing = true}) end
if not A.score and redis.call('HEXISTS', key.request(request), 'satisfaction') == 0 then return answer({nothing = true}) end
local is_same = not A.score or redis.call('HGET', key.request(request), 'satisfaction') == int(A.score)
if A.score then redis.call('HSET', key.request(request), 'satisfaction', int(A.score)) end
-- The same comment again is a second delivery.
local is_new = A.comment and redis.call('HGET', key.request(request), 'satisfaction_comment') ~= A.comment
if is_new then
  redis.call('HSET', key.request(request), 'satisfaction_comment', A.comment)
  if A.message then append(A.conversation, A.message) end
end
redis.call('HDEL', at, 'asked', 'asked_until_ms', 'asked_ticket')
if is_same and not is_new then return answer({request = request}) end
local score = tonumber(redis.call('HGET', key.request(request), 'satisfaction'))
journal(A.conversation, 'rated', cjson.encode({request = request, score = score, commented = A.comment ~= nil}))
return answer({request = request})
