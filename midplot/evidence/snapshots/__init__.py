"""Snapshots: the decisions of an attacker in a file, so that a later change of its code that alters them is noticed.

Inside, each module may import those before it: runs of decisions; snapshot; where; changes; file;
taking one, and the ledger of one.
"""
