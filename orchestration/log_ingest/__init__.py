"""From bytes of logs to records, rejected lines and counts in the lake; how a log looks is data, in dialects/."""
