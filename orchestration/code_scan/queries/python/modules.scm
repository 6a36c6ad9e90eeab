(import_statement name: (dotted_name) @import.module)
(import_statement name: (aliased_import name: (dotted_name) @import.source alias: (identifier) @import.namespace))
(import_from_statement module_name: (_) @import.source name: (dotted_name) @import.name)
(import_from_statement module_name: (_) @import.source
  name: (aliased_import name: (dotted_name) @import.name alias: (identifier) @import.alias))
(import_from_statement module_name: (_) @export.star (wildcard_import))

(assignment left: (identifier) @object.name right: (dictionary) @object.body)
(assignment left: (identifier) @alias.name right: [(identifier) (attribute)] @alias.target)
