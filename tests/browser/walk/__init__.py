"""A random walk through the replay view in a real JupyterLab, which says after each act what is not as it should be.

Inner order: breaches and disk know no browser; look.js and page.py alone know the page, in_kernel.py alone knows how a view
keeps its state; acts are made of these, walk.py takes one after the other, and __main__.py does so by hand.
"""
