"""What could have shown a breach or deviation of a class, as queries that count it; the suites of both ask them.

Without a declaration nothing departs from it: a check of such a class has then nothing to judge.
"""

FLOWS = "select count(*) as chance_count from marts.fct_flows"
_DECLARED_FLOWS = f"{FLOWS} where sequence_id is not null"
_ROUTES = "select count(*) as chance_count from marts.dim_topic_routes"
CHANCES = {
    "nonconforming_flow": _DECLARED_FLOWS,
    "missing_beat": _DECLARED_FLOWS,
    "unexpected_beat": _DECLARED_FLOWS,
    "repeated_beat": _DECLARED_FLOWS,
    "out_of_order_beat": _DECLARED_FLOWS,
    "wrong_handler": _DECLARED_FLOWS,
    "misrouted_topic": _ROUTES,
    "unusual_session": "select count(*) as chance_count from marts.dim_sessions",
    "unsuccessful_mount": "select count(*) as chance_count from marts.fct_plugin_mounts",
}
