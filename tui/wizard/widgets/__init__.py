"""The widgets that more than one screen is made of: the bars above and below, a scrolling document, lists, switches, the prompt.

Each takes lines or values from views and reports back by messages; none knows a host, a plan or a session.
"""
