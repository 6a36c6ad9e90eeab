; Functions, methods and classes of Python; @docstring is the text under the signature.

(class_definition body: (block (function_definition name: (identifier) @name) @symbol.method))
(class_definition body: (block (decorated_definition (function_definition name: (identifier) @name) @symbol.method)))
(function_definition name: (identifier) @name) @symbol.function
(assignment left: (identifier) @name right: (lambda) @symbol.arrow) @definition
(class_definition name: (identifier) @name) @symbol.class

(function_definition body: (block . (expression_statement (string) @docstring)))
(class_definition body: (block . (expression_statement (string) @docstring)))

[
  (if_statement) (elif_clause) (for_statement) (while_statement) (except_clause)
  (conditional_expression) (boolean_operator) (if_clause) (for_in_clause)
] @branch
; What is left when nothing else matched adds no path.
(case_clause . (case_pattern) @_pattern (#not-eq? @_pattern "_")) @branch

(comment) @comment
(decorator) @preamble
