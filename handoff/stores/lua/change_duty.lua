-- Change what an agent does: one of the groups they serve, or how many customers they serve at once. Whom they serve
-- now stays theirs.
-- A: agent, known (all groups), join?, leave?, capacity?, only_role? (others are not touched), audit?
local at = key.agent(A.agent)
local stored = redis.call('HMGET', at, 'role', 'skill_groups', 'capacity')
if not stored[1] then return answer({refused = 'missing'}) end
if A.only_role and stored[1] ~= A.only_role then return answer({refused = 'other_role'}) end

local function has(groups, wanted)
  for _, group in ipairs(groups) do if group == wanted then return true end end
  return false
end

local served = cjson.decode(stored[2])
local serves_all = #served == 0
local is_changed = false
if A.join and not serves_all and not has(served, A.join) then
  table.insert(served, A.join)
  is_changed = true
end
if A.leave and (serves_all or has(served, A.leave)) then
  local kept, still = {}, false
  for _, group in ipairs(serves_all and A.known or served) do
    if group ~= A.leave then
      table.insert(kept, group)
      still = still or has(A.known, group)
    end
  end
  if not still then return answer({refused = 'last_group'}) end
  served, is_changed = kept, true
end
if is_changed then redis.call('HSET', at, 'skill_groups', cjson.encode(served)) end
if A.capacity and stored[3] ~= int(A.capacity) then
  redis.call('HSET', at, 'capacity', int(A.capacity))
  is_changed = true
end
if is_changed then
  record()
  notify('agent', {agent = A.agent})
  notify('queue')
end
return answer({})
