(identifier) @mention
(string_literal_content) @mention
