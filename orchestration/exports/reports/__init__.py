"""Reports as one JSON and one Markdown file each: numbers of the marts, in the form their readers asked for."""
