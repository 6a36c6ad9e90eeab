; xUnit, NUnit and MSTest mark tests with attributes.

(method_declaration (attribute_list (attribute name: (_) @_attribute))
  (#any-of? @_attribute "Fact" "Theory" "Test" "TestCase" "TestMethod" "DataTestMethod")) @test
(class_declaration (attribute_list (attribute name: (_) @_attribute))
  (#any-of? @_attribute "TestFixture" "TestClass")) @suite
