"""The whole fleet at a glance, for staff: which release where, what is behind, what has no support.

Each reads a few statements, however many sites there are, of the sites that a filter names.
"""
