"""Self-contained HTML: the cards of results and scenarios, and the pages of replays, checks, comparisons and movies.

Inside, each may import those before it: minus, packed, html, page file; scenario card, check cards, snapshot section,
check page, movie page; report about, report table, report charts, report trades, report scenarios, evidence section;
report page, comparison page.
"""
