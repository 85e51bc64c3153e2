"""A person at the simulator's buttons: does what a portal asks people to do, and confirms it.

Knows the portal only by its REST interface and the simulator only by its control surface.
"""
