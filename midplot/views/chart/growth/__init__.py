"""What a chart keeps of a stream as it grows, so that drawing it again costs what is new.

Inside, each may import those before it: peaks; pyramid, runs and axis; book.
"""
