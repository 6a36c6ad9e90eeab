; pytest and unittest find tests by their names.

(function_definition name: (identifier) @_name (#match? @_name "^test_")) @test
(class_definition name: (identifier) @_name (#match? @_name "^Test")) @suite
