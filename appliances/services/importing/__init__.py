"""Customers, contacts, contracts, sites and appliances from CSV, and back into it.

`columns` says what may stand in a file, `reading` makes rows of files, `gathering` makes things of
rows, `bringing` brings them into the portal by the doors that people use; `loads` is the use case.
"""
