(variable_declarator name: (identifier) @object.name
  value: [(as_expression (object) @object.body) (satisfies_expression (object) @object.body)])
(variable_declarator name: (identifier) @object.name
  value: (satisfies_expression (as_expression (object) @object.body)))
(export_statement "default" @object.name
  value: [(as_expression (object) @object.body) (satisfies_expression (object) @object.body)])
(variable_declarator name: (identifier) @alias.name
  value: [(as_expression [(identifier) (member_expression)] @alias.target)
          (satisfies_expression [(identifier) (member_expression)] @alias.target)
          (non_null_expression [(identifier) (member_expression)] @alias.target)])
(export_statement "=" (identifier) @export.default)
