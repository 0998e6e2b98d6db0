"""The trades of a replay as a table of which a person sees one page.

Inside, each may import those before it: book; columns; acts and table.
"""
