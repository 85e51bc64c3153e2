"""What was written down where the portal cannot be reached, and is typed back afterwards."""
