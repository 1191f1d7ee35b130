-- Head of every script. Before it stand `key` (from keys.py), `moves` (from states.py), `limits` and `webhooks` (who is told
-- of which events, from webhook_targets.py).
-- A script gets one JSON argument, `A`, takes effect as a whole or not at all, and answers with JSON.
-- Message bodies travel as ready JSON text: Lua would turn an empty list into an empty object.
local A = cjson.decode(ARGV[1])
local clock = redis.call('TIME') -- one clock for all processes
local now_us = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local now_ms = math.floor(now_us / 1000)

local function int(n) return string.format('%.0f', n) end

local function answer(t) return cjson.encode(t) end

-- Tell every process that something changed. A notice carries no content: who cares reads the stored state.
local function notify(kind, t)
  t = t or {}
  t.kind = kind
  redis.call('PUBLISH', key.events(), cjson.encode(t))
end

-- Write the entry of the audit log that the caller gave with a move (A.audit, ready JSON). Call it where the move takes
-- effect, once: then neither is there without the other, and who asks again finds the move done and is not recorded twice.
-- `refused`: why the move is not this agent's to make, which is recorded in its place.
local function record(refused)
  local entry = A.audit
  if not entry then return end
  if refused then
    local wanted = cjson.decode(entry)
    wanted.action, wanted.details = 'refused', {code = refused, what = wanted.action}
    entry = cjson.encode(wanted)
  end
  redis.call('XADD', key.audit(), 'MAXLEN', '~', limits.audit, '*', 'entry', entry)
end

-- What belongs to a conversation stays and goes with it: while it changes, waits, is served or is not archived, all of it stays.
local belongings = {'conversation', 'messages', 'seen', 'offered', 'mailbox', 'understanding', 'feedback', 'journal', 'notes', 'delivery'}
local function stay(conversation)
  if redis.call('TTL', key.conversation(conversation)) == -1 then return end
  for _, name in ipairs(belongings) do redis.call('PERSIST', key[name](conversation)) end
  for _, request in ipairs(redis.call('HMGET', key.conversation(conversation), 'request_id', 'last_request_id')) do
    if request then redis.call('PERSIST', key.request(request)) end
  end
end

-- Nobody needs it but the customer who may come back: all of it has the same time left.
local function run_out(conversation, requests)
  for _, name in ipairs(belongings) do redis.call('EXPIRE', key[name](conversation), limits.conversation_ttl_s) end
  for _, request in ipairs(redis.call('HMGET', key.conversation(conversation), 'request_id', 'last_request_id')) do
    if request then redis.call('EXPIRE', key.request(request), limits.request_ttl_s) end
  end
  for _, request in ipairs(requests or {}) do redis.call('EXPIRE', key.request(request), limits.request_ttl_s) end
end

-- The customer is there again: what would run out has its whole time.
local function prolong(conversation)
  if redis.call('TTL', key.conversation(conversation)) >= 0 then run_out(conversation) end
end

local function journal(conversation, kind, data)
  local at = key.journal(conversation)
  local number = redis.call('HINCRBY', key.conversation(conversation), 'last_event', 1)
  redis.call('ZADD', key.archive_due(), 'NX', int(now_ms), conversation)
  redis.call('RPUSH', at, '{"n":' .. int(number) .. ',"at_ms":' .. int(now_ms) .. ',"kind":"' .. kind .. '","data":' .. (data or '{}') .. '}')
  redis.call('LTRIM', at, -limits.journal, -1)
  stay(conversation)
  -- What other desks are told is written in the same step: neither is there without the other.
  local told = webhooks.events[kind]
  for _, target in ipairs(webhooks.targets) do
    if told and target.events[told] then
      local id = target.name .. ':' .. conversation
      local seq = redis.call('HGET', key.conversation(conversation), 'last_seq')
      redis.call('RPUSH', key.webhooks(id), cjson.encode({event = told, number = number, at_ms = now_ms, seq = tonumber(seq or '0'),
        data = cjson.decode(data or '{}')}))
      redis.call('ZADD', key.webhooks_due(target.name), 'NX', int(now_ms), conversation)
    end
  end
end

-- Something is due for a channel: wake one of those who carry its messages.
local function due(channel, conversation, at_ms, only_if_new)
  if only_if_new then redis.call('ZADD', key.deliveries(channel), 'NX', int(at_ms), conversation)
  else redis.call('ZADD', key.deliveries(channel), int(at_ms), conversation) end
  if at_ms <= now_ms then
    redis.call('LPUSH', key.delivery_wake(channel), '1')
    redis.call('LTRIM', key.delivery_wake(channel), 0, 0)
  end
end

-- Add a message {body, payloads, text, is_wish} and give it the next number.
local function append(conversation, message)
  local at = key.conversation(conversation)
  local seq = redis.call('HINCRBY', at, 'last_seq', 1)
  local stamp = '{"seq":' .. int(seq) .. ',"created_at_ms":' .. int(now_ms) .. ','
  redis.call('RPUSH', key.messages(conversation), stamp .. string.sub(message.body, 2))
  redis.call('HSET', at, 'last_message_at_ms', int(now_ms))
  redis.call('ZADD', key.archive_due(), 'NX', int(now_ms), conversation)
  if message.text and not (message.is_wish and (redis.call('HGET', at, 'last_text') or '') ~= '') then
    redis.call('HSET', at, 'last_text', message.text)
  end
  if message.payloads and #message.payloads > 0 then
    redis.call('SADD', key.offered(conversation), unpack(message.payloads))
  end
  stay(conversation)
  -- Customers on the web fetch their messages; to others a channel carries them.
  local outlet = redis.call('HGET', at, 'outlet')
  if outlet and outlet ~= 'web' then due(outlet, conversation, now_ms, true) end
  notify('message', {conversation = conversation, seq = seq})
  return seq
end

-- Remember the sender's own key of a message (note, ticket …) and the number it was given, so that a second delivery is seen.
local function remember(conversation, message_key, number)
  redis.call('HSET', key.seen(conversation), message_key, int(number) .. '@' .. int(now_ms))
end

-- The number that was given to what has this key, nil when it is new.
local function number_of(conversation, message_key)
  local stored = redis.call('HGET', key.seen(conversation), message_key)
  return stored and tonumber(string.match(stored, '^%d+'))
end

-- Nobody waits for this customer to answer (any more).
local function forget_silence(conversation)
  redis.call('ZREM', key.silent_due(), conversation)
  redis.call('HDEL', key.conversation(conversation), 'reminded')
end

-- What is written to colleagues, once by its key: its number, and whether it was there before.
local function note_down(conversation, body, mentions, note_key)
  local seen = number_of(conversation, note_key)
  if seen then return seen, true end
  local at = key.conversation(conversation)
  local number = redis.call('HINCRBY', at, 'last_note', 1)
  remember(conversation, note_key, number)
  local note = '{"number":' .. int(number) .. ',"after_seq":' .. redis.call('HGET', at, 'last_seq') .. ',"at_ms":' .. int(now_ms)
    .. ',' .. string.sub(body, 2)
  redis.call('RPUSH', key.notes(conversation), note)
  redis.call('LTRIM', key.notes(conversation), -limits.notes, -1)
  journal(conversation, 'noted', note)
  notify('note', {conversation = conversation})
  for _, agent in ipairs(mentions) do
    local at_agent = key.mentions(agent)
    redis.call('LPUSH', at_agent, '{"conversation_id":"' .. conversation .. '","note":' .. note .. '}')
    redis.call('LTRIM', at_agent, 0, limits.mentions - 1)
    redis.call('EXPIRE', at_agent, limits.conversation_ttl_s)
    notify('mention', {agent = agent})
  end
  return number, false
end

-- Make a move of states.py; answers the present state when it is illegal, else nil.
local function forbids(conversation, name)
  local state = redis.call('HGET', key.conversation(conversation), 'state')
  if not moves[name].sources[state] then return state or 'missing' end
  return nil, state
end

-- Whether a move that means one request comes when another is going on: late, after a new wish for a person.
local function another_service(meant, request)
  return meant and request and meant ~= request
end

local function move(conversation, name)
  local at = key.conversation(conversation)
  local illegal, state = forbids(conversation, name)
  if illegal then return illegal end
  redis.call('HSET', at, 'state', moves[name].target)
  -- What the customer says from now on is said to the person who serves.
  if moves[name].target == 'active' then redis.call('HDEL', at, 'asked', 'asked_until_ms', 'asked_ticket') end
  forget_silence(conversation) -- whoever has it now has not yet spoken
  journal(conversation, 'moved', cjson.encode({move = name, from = state, to = moves[name].target}))
  notify('conversation', {conversation = conversation})
  return nil
end

-- The assistant starts anew after the last message: what came before is none of its business any more.
local function begin_episode(conversation)
  local at = key.conversation(conversation)
  redis.call('HINCRBY', at, 'episode', 1)
  redis.call('HSET', at, 'episode_started_seq', redis.call('HGET', at, 'last_seq'))
end

-- One stream entry a conversation with waiting turns: strict order within it, parallel across conversations.
local function schedule(conversation)
  local at = key.conversation(conversation)
  if redis.call('HEXISTS', at, 'turn_entry') == 0 then
    local entry = redis.call('XADD', key.turns(), '*', 'conversation', conversation)
    redis.call('HSET', at, 'turn_entry', entry)
  end
end

-- Tell the next agent why the request comes to them. Call it while the request still names the agent who had it.
-- `to`: the name of the group or agent.
local function note_transfer(request, to, why)
  local known = redis.call('HMGET', request, 'transfers', 'agent_name', 'agent_id')
  local transfers = known[1] and cjson.decode(known[1]) or {}
  transfers[#transfers + 1] = {from_agent = known[2] or '', from_agent_id = known[3] or '', to = to, why = why, at_ms = now_ms}
  if #transfers > limits.transfers then table.remove(transfers, 1) end
  redis.call('HSET', request, 'transfers', cjson.encode(transfers))
end

-- Strictly increasing arrival time in microseconds.
local function arrival_us()
  local last = tonumber(redis.call('GET', key.queue_clock()) or '0')
  local us = math.max(now_us, last + 1)
  redis.call('SET', key.queue_clock(), int(us))
  return us
end

-- Sessions that have run out leave the list of their agent.
local function forget_sessions(agent)
  for _, family in ipairs(redis.call('SMEMBERS', key.agent_sessions(agent))) do
    if redis.call('EXISTS', key.family(family)) == 0 then redis.call('SREM', key.agent_sessions(agent), family) end
  end
end

-- A request that is gone takes up no place.
local function forget_request(request)
  for _, group in ipairs(redis.call('SMEMBERS', key.queue_groups())) do redis.call('ZREM', key.queue(group), request) end
end

-- Give up the place in the queue; answers whether it was given up, and if not, the present state.
local function take_from_queue(conversation, request)
  local at = key.conversation(conversation)
  local illegal = move(conversation, 'leave_queue')
  if illegal then return false, illegal end
  redis.call('ZREM', key.queue(redis.call('HGET', key.request(request), 'skill_group')), request)
  redis.call('HSET', key.request(request), 'state', 'left', 'ended_at_ms', int(now_ms))
  redis.call('HDEL', at, 'request_id')
  redis.call('HSET', at, 'last_request_id', request)
  return true
end
