; Tests of Vitest, Jest, Mocha, Jasmine, Playwright and Cypress.

(call_expression function: (identifier) @_function
  (#any-of? @_function "it" "test" "xit" "fit" "xtest")) @test
(call_expression function: (member_expression object: (identifier) @_function property: (property_identifier) @_modifier)
  (#any-of? @_function "it" "test")
  (#any-of? @_modifier "only" "skip" "todo" "concurrent" "sequential" "fails" "failing" "fixme")) @test
(call_expression
  function: (call_expression
    function: (member_expression object: (identifier) @_function property: (property_identifier) @_modifier))
  (#any-of? @_function "it" "test")
  (#any-of? @_modifier "each" "for" "skipIf" "runIf")) @test

(call_expression function: (identifier) @_function
  (#any-of? @_function "describe" "xdescribe" "fdescribe" "suite")) @suite
(call_expression function: (member_expression object: (identifier) @_function property: (property_identifier) @_modifier)
  (#any-of? @_function "describe" "suite")
  (#any-of? @_modifier "only" "skip" "todo" "concurrent" "sequential")) @suite
(call_expression
  function: (call_expression
    function: (member_expression object: (identifier) @_function property: (property_identifier) @_modifier))
  (#any-of? @_function "describe" "suite")
  (#any-of? @_modifier "each" "for" "skipIf" "runIf")) @suite
