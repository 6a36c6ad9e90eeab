; Keys of the state that handlers of one flow hand to each other: `ctx.payload.key`, `data.key`, `{ key } = ctx.payload`.
; @state.write is on the left of an assignment; what is read and written by one expression matches twice.

(assignment_expression left: (member_expression
  object: (member_expression property: (property_identifier) @_root) property: (_) @state.write)
  (#any-of? @_root "payload" "baton" "state"))
(augmented_assignment_expression left: (member_expression
  object: (member_expression property: (property_identifier) @_root) property: (_) @state.write)
  (#any-of? @_root "payload" "baton" "state"))
(member_expression
  object: (member_expression property: (property_identifier) @_root) property: (property_identifier) @state.read
  (#any-of? @_root "payload" "baton" "state"))

(assignment_expression left: (member_expression object: (identifier) @_root property: (_) @state.write)
  (#any-of? @_root "data" "baton" "payload"))
(member_expression object: (identifier) @_root property: (property_identifier) @state.read
  (#any-of? @_root "data" "baton" "payload"))

(variable_declarator name: (object_pattern) @state.pattern
  value: [(identifier) @_root (member_expression property: (property_identifier) @_root)]
  (#any-of? @_root "data" "baton" "payload"))
(variable_declarator name: (object_pattern) @state.pattern
  value: (binary_expression left: [(identifier) @_root (member_expression property: (property_identifier) @_root)])
  (#any-of? @_root "data" "baton" "payload"))

; `required(state, "key")`, `get(ctx.payload, "key")`: the key is the text beside the state.
(call_expression arguments: (arguments
    . [(identifier) @_root (member_expression property: (property_identifier) @_root)] . (string) @state.read)
  (#any-of? @_root "payload" "baton" "state" "data"))
; `(state) => state.key`: handlers that are given the state itself.
(assignment_expression left: (member_expression object: (identifier) @_root property: (_) @state.write)
  (#eq? @_root "state"))
(member_expression object: (identifier) @_root property: (property_identifier) @state.read
  (#eq? @_root "state"))

; What a function returns as an object: a conductor may merge it into the state.
(return_statement (object) @state.returned)
(return_statement (parenthesized_expression (object) @state.returned))
(return_statement (ternary_expression consequence: (object) @state.returned))
(return_statement (ternary_expression alternative: (object) @state.returned))
(arrow_function body: (parenthesized_expression (object) @state.returned))
; What a callback returns is not what the function around it returns.
[(arrow_function) (function_expression)] @state.function
