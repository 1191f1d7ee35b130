-- Store a customer's message; acknowledge a second delivery; hand it on as intake's plan says for the present state.
-- A: conversation, message, message_key, plan {state: route}, text, payload, trusted?, outlet?, step_plan?, is_file?, note_key?,
--    answers? {ticket, within_ms}
local at = key.conversation(A.conversation)
local state = redis.call('HGET', at, 'state')
if not state then return answer({missing = true}) end
local seen = number_of(A.conversation, A.message_key)
if seen then return answer({seq = seen, duplicate = true, state = state}) end

if moves['reopen'].sources[state] then
  move(A.conversation, 'reopen')
  begin_episode(A.conversation)
  state = 'bot'
end

-- Answers go where the customer writes. What was said while they wrote elsewhere they have read there.
if A.outlet and (redis.call('HGET', at, 'outlet') or 'web') ~= A.outlet then
  redis.call('HSET', at, 'outlet', A.outlet)
  redis.call('HSET', key.delivery(A.conversation), 'delivered_seq', redis.call('HGET', at, 'last_seq'))
  redis.call('HDEL', key.delivery(A.conversation), 'held', 'parts_done', 'choices')
end
forget_silence(A.conversation)
local seq = append(A.conversation, A.message)
remember(A.conversation, A.message_key, seq)

local route = A.plan[state]
-- The customer was asked what a ticket shall say, or for a comment. Another button means they thought better of it; what is
-- no comment is something new, and so is what comes after it.
local asked = state ~= 'active' and redis.call('HGET', at, 'asked')
local ticket
if asked then
  local until_ms = tonumber(redis.call('HGET', at, 'asked_until_ms'))
  local meant = not (until_ms and now_ms > until_ms) and A.step_plan and A.step_plan[asked]
  if meant then
    route = meant
    ticket = redis.call('HGET', at, 'asked_ticket') or nil
    -- Nobody says that it was kept for a person: it is with one.
    if A.note_key then remember(A.conversation, A.note_key, seq) end
  end
  -- A picture is often followed by words about it.
  if not (meant and A.is_file) and (A.payload or meant or until_ms) then
    redis.call('HDEL', at, 'asked', 'asked_until_ms', 'asked_ticket')
  end
end
if route ~= 'keep' then
  local payload = A.payload
  if payload and not A.trusted and redis.call('SISMEMBER', key.offered(A.conversation), payload) == 0 then payload = nil end
  -- From here on, and not from when the question is asked: who writes faster than that is heard too.
  if payload and A.answers and (redis.call('HGET', key.ticket(A.answers.ticket), 'state') or 'done') ~= 'done' then
    redis.call('HSET', at, 'asked', 'reply', 'asked_ticket', A.answers.ticket, 'asked_until_ms', int(now_ms + A.answers.within_ms))
  end
  local turn = cjson.encode({seq = seq, route = route, text = A.text, payload = payload, ticket = ticket})
  redis.call('RPUSH', key.mailbox(A.conversation), turn)
  schedule(A.conversation)
end
return answer({seq = seq, duplicate = false, state = state})
