; Keys of the state that handlers of one flow hand to each other: `state["key"]`, `state.get("key")`, `ctx.payload["key"]`.
; @state.write is on the left of an assignment or taken out; what is read and written by one expression matches twice.

(assignment left: (subscript
  value: [(identifier) @_root (attribute attribute: (identifier) @_root)] subscript: (string) @state.write)
  (#any-of? @_root "state" "payload" "baton" "data"))
(augmented_assignment left: (subscript
  value: [(identifier) @_root (attribute attribute: (identifier) @_root)] subscript: (string) @state.write)
  (#any-of? @_root "state" "payload" "baton" "data"))
(delete_statement (subscript
  value: [(identifier) @_root (attribute attribute: (identifier) @_root)] subscript: (string) @state.write)
  (#any-of? @_root "state" "payload" "baton" "data"))
(subscript
  value: [(identifier) @_root (attribute attribute: (identifier) @_root)] subscript: (string) @state.read
  (#any-of? @_root "state" "payload" "baton" "data"))
(call
  function: (attribute
    object: [(identifier) @_root (attribute attribute: (identifier) @_root)] attribute: (identifier) @_method)
  arguments: (argument_list . (string) @state.read)
  (#any-of? @_root "state" "payload" "baton" "data") (#any-of? @_method "get" "pop"))

; `required(state, "key")`: the key is the text beside the state.
(call arguments: (argument_list
    . [(identifier) @_root (attribute attribute: (identifier) @_root)] . (string) @state.read)
  (#any-of? @_root "state" "payload" "baton" "data"))

; What a function returns as a dictionary: a conductor may merge it into the state.
(return_statement (dictionary) @state.returned)
(return_statement (parenthesized_expression (dictionary) @state.returned))
(return_statement (conditional_expression (dictionary) @state.returned))
(lambda) @state.function
