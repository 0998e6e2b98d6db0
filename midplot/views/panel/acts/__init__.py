"""What a person does in a view, as functions from one state to the next. None of them touches a file or a widget.

Inner order, each may import those before it: act; selecting; looking, playing; update.
"""
