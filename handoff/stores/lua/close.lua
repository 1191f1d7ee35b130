-- The customer has left: the conversation is over until they write again.
-- A: conversation
local illegal = move(A.conversation, 'close')
return answer({illegal = illegal})
