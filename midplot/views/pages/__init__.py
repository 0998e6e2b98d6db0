"""Self-contained HTML: first cells, cards and files, then the page of a replay and the page of a check."""
