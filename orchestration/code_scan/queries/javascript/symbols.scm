; What only the JavaScript grammar calls so.

(field_definition property: (_) @name value: [(arrow_function) (function_expression)] @symbol.method) @definition
