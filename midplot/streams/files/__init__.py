"""Streams from files and folders: parquet and CSV, read whole or left where they are.

Inside, each may import those before it: stamp, CSV text, tables; cells, columns; sinks, spool, sorting, row groups; lazy;
layouts; readers.
"""
