"""The steps of the walk, one screen a file.

base.py holds what a step has in common, screens.py finds a screen by its step's name; text comes from views, actions from the session.
"""
