"""From pages to a site on the disk: staging, assembling, searching, and remembering what need not be made again."""
