"""Self-contained HTML: the report of a replay, the report of a check, the card of a result."""
