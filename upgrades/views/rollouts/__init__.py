"""Pages of rollouts, for staff."""
