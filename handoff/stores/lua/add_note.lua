-- What an agent writes to colleagues: beside the messages, so that the customer's numbering knows nothing of it.
-- A: conversation, body, mentions [agent ids], note_key
if redis.call('EXISTS', key.conversation(A.conversation)) == 0 then return answer({missing = true}) end
local number, known = note_down(A.conversation, A.body, A.mentions, A.note_key)
return answer({number = number, duplicate = known})
