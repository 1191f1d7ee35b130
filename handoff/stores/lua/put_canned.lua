-- Writes canned replies, all or none: new ones while there is room, old ones while they are there.
-- A: replies [{shelf, id, reply (JSON)}], is_new, limit, audit?
local added, is_changed = {}, false
for _, one in ipairs(A.replies) do
  local at = key.canned(one.shelf)
  local known = redis.call('HGET', at, one.id)
  if not A.is_new and not known then return answer({missing = true}) end
  if A.is_new and not known then
    added[at] = (added[at] or 0) + 1
    if redis.call('HLEN', at) + added[at] > A.limit then return answer({full = true}) end
  end
  if known ~= one.reply then is_changed = true end
end
for _, one in ipairs(A.replies) do redis.call('HSET', key.canned(one.shelf), one.id, one.reply) end
if is_changed then record() end
return answer({stored = true})
