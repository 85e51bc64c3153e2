"""Everything of a customer as a file: asked for, made by a worker, fetched while it is kept."""
