"""Parts that are replayed in other processes: what travels there and back, and who sends it.

Inner order, each may import those before it: travel, carried, sent_error, backends, parallel.
"""
