-- Puts the canned replies of a shelf in order. Those not named keep their order, behind the others.
-- A: shelf, ids, audit?
local at = key.canned(A.shelf)
local place = {}
for number, id in ipairs(A.ids) do place[id] = number end
local replies, first_other = {}, math.huge
for _, id in ipairs(redis.call('HKEYS', at)) do
  replies[id] = cjson.decode(redis.call('HGET', at, id))
  replies[id].place = replies[id].place or 0
  if not place[id] then first_other = math.min(first_other, replies[id].place) end
end
-- Moved out of the way only when they are in it: the same order again changes nothing.
local behind = first_other > #A.ids and 0 or #A.ids + 1
local is_changed = false
for id, reply in pairs(replies) do
  local wanted = place[id] or behind + reply.place
  if wanted ~= reply.place then
    is_changed = true
    reply.place = wanted
    redis.call('HSET', at, id, cjson.encode(reply))
  end
end
if is_changed then record() end
return answer({arranged = true})
