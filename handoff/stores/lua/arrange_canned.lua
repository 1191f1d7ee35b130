-- Puts the canned replies of a shelf in order. Those not named keep their order, behind the others.
-- A: shelf, ids
local at = key.canned(A.shelf)
local place = {}
for number, id in ipairs(A.ids) do place[id] = number end
local rest = #A.ids
for _, id in ipairs(redis.call('HKEYS', at)) do
  local reply = cjson.decode(redis.call('HGET', at, id))
  reply.place = place[id] or rest + 1 + (reply.place or 0)
  redis.call('HSET', at, id, cjson.encode(reply))
end
return answer({arranged = true})
