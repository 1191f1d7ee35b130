-- Store a customer's message; acknowledge a second delivery; hand it on as intake's plan says for the present state.
-- A: conversation, message, message_key, plan {state: route}, text, payload
local at = key.conversation(A.conversation)
local state = redis.call('HGET', at, 'state')
if not state then return answer({missing = true}) end
local seen = redis.call('HGET', key.seen(A.conversation), A.message_key)
if seen then return answer({seq = tonumber(seen), duplicate = true, state = state}) end

if moves['reopen'].sources[state] then
  move(A.conversation, 'reopen')
  begin_episode(A.conversation)
  state = 'bot'
end

local seq = append(A.conversation, A.message)
remember(A.conversation, A.message_key, seq)

local route = A.plan[state]
if route ~= 'keep' then
  local payload = A.payload
  if payload and redis.call('SISMEMBER', key.offered(A.conversation), payload) == 0 then payload = nil end
  local turn = cjson.encode({seq = seq, route = route, text = A.text, payload = payload})
  redis.call('RPUSH', key.mailbox(A.conversation), turn)
  redis.call('EXPIRE', key.mailbox(A.conversation), limits.conversation_ttl_s)
  schedule(A.conversation)
end
return answer({seq = seq, duplicate = false, state = state})
