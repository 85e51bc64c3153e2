"""A customer's data goes for good: asked for, confirmed by another, carried out by a worker."""
