(identifier) @mention
(string_content) @mention
