"""The trades of a replay in the order that is asked for, and the columns that a table of them may have.

Inside, each may import those before it: book; decimals; columns.
"""
