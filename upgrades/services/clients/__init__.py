"""The clients of a site after a release: who has followed, who has not, what is done about it."""
