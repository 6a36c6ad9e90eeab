; What only TypeScript and TSX have.

(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)] @symbol.method) @definition
(abstract_class_declaration name: (_) @name) @symbol.class

; The overloads of a function stand between its doc comment and itself.
(export_statement (function_signature)) @preamble
(function_signature) @preamble
