"""Streams from files and folders: parquet and CSV, read whole or left where they are.

Inside, each may import those before it: stamp and CSV text; tables; cells; columns; sinks; spool and sorting; row groups;
lazy; layouts; readers.
"""
