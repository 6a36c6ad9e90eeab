"""How things are written in HTML: texts, numbers, links, tables, figures, a page; nothing of what they say."""
