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
