"""The trades of a replay as a table of which a person sees one page.

Inside, acts and table do not import each other.
"""
