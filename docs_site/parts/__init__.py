"""Parts that several pages share: tables of one kind of row, sections, and the words for what tables hold."""
