"""What a person does to labels in a view, one at a time or many in a row.

Inner order, each may import those before it: shelf, targets; cautions; desk, review; review desk.
"""
