"""What was tried: each run in a file and a line of its own, and the count of them.

Inside, each module may import those before it: provenance; run; run file; listing; folder.
"""
