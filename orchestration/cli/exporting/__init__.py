"""The verbs of `sightline export`: what was found, as files for other tools."""
