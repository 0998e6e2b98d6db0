"""The small pictures on the cards of checks and movies: one window, what was decided in it, and what that earned.

Inner order, each may import those before it: free place; window picture; check picture.
"""
