; Functions, methods, object members and classes shared by JavaScript, TypeScript and TSX.
; @symbol.<kind> is the function itself, @definition (where given) the node whose first line counts, @name its name.

(function_declaration name: (identifier) @name) @symbol.function
(generator_function_declaration name: (identifier) @name) @symbol.function

(variable_declarator name: (identifier) @name value: (arrow_function) @symbol.arrow) @definition
(variable_declarator name: (identifier) @name
  value: [(function_expression) (generator_function)] @symbol.function) @definition

; A constructor is part of its class, not a function of its own.
(class_body (method_definition name: (_) @name) @symbol.method (#not-eq? @name "constructor"))
(object (method_definition name: (_) @name) @symbol.object_member)
(pair key: (_) @name value: [(arrow_function) (function_expression) (generator_function)] @symbol.object_member) @definition

; `image.onload = () => ...` is a callback without a name; only what a module or a prototype gets has one.
(assignment_expression left: (member_expression property: (property_identifier) @name) @_target
  right: [(arrow_function) (function_expression) (generator_function)] @symbol.object_member
  (#match? @_target "^((module\\.)?exports|[A-Za-z_$][A-Za-z0-9_$]*\\.prototype)\\.")) @definition

(class_declaration name: (_) @name) @symbol.class
(variable_declarator name: (identifier) @name value: (class) @symbol.class) @definition

; A default export without a name is called by the name under which it is exported.
(export_statement "default" @name value: [(arrow_function) (function_expression) (class)] @symbol.default)

; What adds a path through a function (McCabe).
[
  (if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement)
  (switch_case) (catch_clause) (ternary_expression)
] @branch
(binary_expression operator: ["&&" "||" "??"]) @branch

(comment) @comment
; Lines that belong to the symbol below them: a comment above them is its doc comment.
(decorator) @preamble
