"""A park of simulated appliances, served over HTTP as a process of its own.

It knows nothing of the portal: whoever tests against such appliances can use it alone.
"""
