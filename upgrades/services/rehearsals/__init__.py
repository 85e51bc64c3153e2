"""Rehearsals: the very plan, run by the very runner, on a twin of the site in the simulator."""
