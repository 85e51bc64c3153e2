"""Signing in with a company's account: settings, the way there, and the way back."""
