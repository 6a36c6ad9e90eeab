; What a module takes from others and offers to others.

(import_statement source: (string) @import.module)
(import_statement (import_clause (identifier) @import.default) source: (string) @import.source)
(import_statement (import_clause (namespace_import (identifier) @import.namespace)) source: (string) @import.source)
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @import.name alias: (_)? @import.alias)))
  source: (string) @import.source)

(call_expression function: (import) arguments: (arguments . [(string) (template_string)] @import.module))
(call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module)
  (#eq? @_require "require"))
(variable_declarator name: (_) @import.binding
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.source))
  (#eq? @_require "require"))
(variable_declarator name: (_) @import.binding
  value: (await_expression
    (call_expression function: (import) arguments: (arguments . (string) @import.source))))

(export_statement declaration: (_) @export.declaration)
(export_statement "default" value: (_) @export.default)
(export_statement "default" declaration: (_) @export.default)
(export_statement !source (export_clause (export_specifier name: (_) @export.name alias: (_)? @export.alias)))
(export_statement
  (export_clause (export_specifier name: (_) @export.name alias: (_)? @export.alias)) source: (_) @export.source)
(export_statement "*" source: (_) @export.star)
(export_statement (namespace_export (_) @export.namespace) source: (_) @export.source)

(assignment_expression left: (member_expression) @export.assigned right: (_) @export.value
  (#match? @export.assigned "^(module\\.)?exports(\\.[A-Za-z_$][A-Za-z0-9_$]*)?$"))

; Objects that may hold handlers, and other names for a thing.
(variable_declarator name: (identifier) @object.name value: (object) @object.body)
(variable_declarator name: (identifier) @object.name
  value: (call_expression arguments: (arguments . (object) @object.body)))
(export_statement "default" @object.name value: (object) @object.body)
(export_statement "default" @object.name value: (call_expression arguments: (arguments . (object) @object.body)))
(variable_declarator name: (identifier) @alias.name value: [(identifier) (member_expression)] @alias.target)
(variable_declarator name: (identifier) @alias.name
  value: (call_expression arguments: (arguments . (identifier) @alias.target)))
