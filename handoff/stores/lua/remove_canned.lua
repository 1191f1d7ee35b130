-- Takes a canned reply away; that it was gone before is no mistake, and nobody's doing.
-- A: shelf, id, audit?
if redis.call('HDEL', key.canned(A.shelf), A.id) == 1 then record() end
return answer({removed = true})
