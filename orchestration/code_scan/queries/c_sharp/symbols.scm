; Methods, local functions and types of C#. A constructor is part of its class.

; Attributes are part of the declaration; the line that counts is that of the name.
(method_declaration name: (identifier) @name @definition) @symbol.method
(local_function_statement name: (identifier) @name) @symbol.function
(variable_declarator name: (identifier) @name (lambda_expression) @symbol.arrow) @definition
(class_declaration name: (identifier) @name @definition) @symbol.class
(record_declaration name: (identifier) @name) @symbol.class
(struct_declaration name: (identifier) @name) @symbol.class
(interface_declaration name: (identifier) @name) @symbol.class

[
  (if_statement) (for_statement) (foreach_statement) (while_statement) (do_statement)
  (catch_clause) (conditional_expression)
] @branch
; What is left when nothing else matched adds no path.
(switch_section "case") @branch
(switch_expression_arm . (_) @_pattern (#not-eq? @_pattern "_")) @branch
(binary_expression operator: ["&&" "||" "??"]) @branch

(comment) @comment
(attribute_list) @preamble
