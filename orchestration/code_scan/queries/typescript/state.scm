; What a function returns as an object, behind a type.
(return_statement (as_expression (object) @state.returned))
(return_statement (satisfies_expression (object) @state.returned))
