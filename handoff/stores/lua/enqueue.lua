-- Make a handoff request, once a conversation.
-- A: conversation, request, fields, skill_group, head_start_us, turn_seq, expected_position?, lines, return_within_ms, message,
--    places?, places_with_reserve?, may_use_reserve?, full_message?
-- lines: the sets of groups in whose merged queues the request is reached; the best place among them is the position.
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'request_id', 'episode_started_seq')
if not now[1] then return answer({missing = true}) end
if now[1] == 'queued' or now[1] == 'active' then return answer({request = now[2], created = false}) end
if A.turn_seq <= tonumber(now[3] or '0') then return answer({stale = true}) end
if not moves['enqueue'].sources[now[1]] then return answer({illegal = now[1]}) end

-- A customer who comes back soon had better be served by who knows the matter.
local before = redis.call('HMGET', at, 'last_agent_id', 'last_served_ms')
local comes_back = before[1] and now_ms - tonumber(before[2] or '0') <= A.return_within_ms

local queue = key.queue(A.skill_group)
if A.places then
  local waiting = redis.call('ZCARD', queue)
  local places = (A.may_use_reserve or comes_back) and A.places_with_reserve or A.places
  local turn = 'full:' .. int(A.turn_seq)
  local is_repeated = number_of(A.conversation, turn) and true or false
  if is_repeated or waiting >= places then
    if not is_repeated then
      remember(A.conversation, turn, append(A.conversation, A.full_message))
      -- What the customer leaves instead of waiting is for the same desk.
      redis.call('HSET', at, 'ticket_group', A.skill_group)
      journal(A.conversation, 'refused', cjson.encode({why = 'queue_full', skill_group = A.skill_group, waiting = waiting}))
    end
    return answer({full = waiting, repeated = is_repeated})
  end
end

local arrival = arrival_us()
local score = arrival - A.head_start_us
local ahead = {}
local position = math.huge
for _, groups in ipairs(A.lines) do
  local here = 1
  for _, group in ipairs(groups) do
    ahead[group] = ahead[group] or redis.call('ZCOUNT', key.queue(group), '-inf', int(score))
    here = here + ahead[group]
  end
  position = math.min(position, here)
end
-- The message names a position; when it is not this one, the caller writes it anew.
if A.expected_position and A.expected_position ~= position then return answer({position = position, ahead = ahead}) end

move(A.conversation, 'enqueue')
redis.call('ZADD', queue, int(score), A.request)
redis.call('SADD', key.queue_groups(), A.skill_group)
local request = key.request(A.request)
for name, value in pairs(A.fields) do redis.call('HSET', request, name, value) end
redis.call('HSET', request, 'state', 'queued', 'requested_at_ms', int(now_ms), 'score', int(score))
if comes_back then redis.call('HSET', request, 'preferred_agent_id', before[1]) end
redis.call('HSET', at, 'request_id', A.request)
redis.call('HDEL', at, 'ticket_group')
append(A.conversation, A.message)
journal(A.conversation, 'requested', cjson.encode({request = A.request}))
notify('queue')
return answer({request = A.request, created = true, position = position})
