"""The envelopes that a pattern tells, as data: brackets, Serilog's files, a bare stamp, a blank.

Tried in this order. Docker, CRI, syslog and the like are added here, or as a module of their own where a pattern does
not tell them. No word of any application's messages belongs here.
"""

from orchestration.log_ingest.envelopes.envelope import Envelope, PatternEnvelope

_DAY, _CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
_ISO = rf"{_DAY}T{_CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
_ISO_FORMATS = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f")

# `[2026-11-22T15:25:10.173Z] LOG message`: the console's methods, caught by a script; the method may be left out.
BRACKET = PatternEnvelope(
    name="bracket",
    pattern=rf"^(?P<head>\[(?P<emitted_at>{_ISO})\](?: |$)"
    r"(?:(?P<severity>LOG|INFO|WARN|WARNING|ERROR|DEBUG|TRACE)(?: |$))?)",
    time_formats=_ISO_FORMATS,
    severity_of_word=(
        ("LOG", "info"),
        ("INFO", "info"),
        ("WARN", "warning"),
        ("WARNING", "warning"),
        ("ERROR", "error"),
        ("DEBUG", "debug"),
        ("TRACE", "debug"),
    ),
)

# `[2026-11-22 15:22:56.094 +00:00] [INF] Shell.Engine.ScriptHost: message`: what Serilog writes to files. The context
# is the class that spoke; a message without one begins with the colon.
SERILOG = PatternEnvelope(
    name="serilog",
    pattern=rf"^(?P<head>\[(?P<emitted_at>{_DAY} {_CLOCK}(?: [+-][0-9]{{2}}:[0-9]{{2}})?)\] "
    r"\[(?P<severity>VRB|DBG|INF|WRN|ERR|FTL)\](?: |$)(?:(?P<source_file_name>[\w.+`<>\[\],]+)?:(?: |$))?)",
    time_formats=("%Y-%m-%d %H:%M:%S%.f %:z", "%Y-%m-%d %H:%M:%S%.f"),
    severity_of_word=(
        ("VRB", "debug"),
        ("DBG", "debug"),
        ("INF", "info"),
        ("WRN", "warning"),
        ("ERR", "error"),
        ("FTL", "error"),
    ),
)

# `2026-11-22T15:25:10.173Z message`: the stamp of the message itself, left when all around it is off.
STAMP = PatternEnvelope(name="stamp", pattern=rf"^(?P<head>(?P<emitted_at>{_ISO})(?: +|$))", time_formats=_ISO_FORMATS)

# ` message`: a console's row whose place was lost.
BLANK = PatternEnvelope(name="blank", pattern="^(?P<head> )[^ \t]")

ENVELOPES: tuple[Envelope, ...] = (SERILOG, BRACKET, STAMP, BLANK)
