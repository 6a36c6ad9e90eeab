; Names and short texts a test speaks of; read only in files that hold tests.

[(identifier) (property_identifier) (shorthand_property_identifier) (shorthand_property_identifier_pattern)] @mention
(string_fragment) @mention
