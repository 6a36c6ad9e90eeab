"""What a session's pages are made from, as a fingerprint: the same rows give the same, whatever their order.

Reading and rendering all sessions again costs more with each that is added; comparing fingerprints is one pass inside
the database. Of each row the text of all its columns is hashed to 128 bits.
"""

from collections import defaultdict
from collections.abc import Sequence

from orchestration.warehouse import Connection, fetch_rows

_FINGERPRINTS = """
select session_id, count(*) || ':' || bit_xor(md5_number(input::varchar)) as fingerprint
from ({query}) as input
group by session_id
"""

Fingerprints = dict[str, tuple[str | None, ...]]


def load_fingerprints(connection: Connection, queries: Sequence[str]) -> Fingerprints:
    """Return for each session a fingerprint of its rows in each query, null where it has none.

    Each query has a column `session_id`.
    """
    found: defaultdict[str, list[str | None]] = defaultdict(lambda: [None] * len(queries))
    for place, query in enumerate(queries):
        for row in fetch_rows(connection, _FINGERPRINTS.format(query=query)):
            found[row["session_id"]][place] = row["fingerprint"]
    return {session_id: tuple(values) for session_id, values in found.items()}
