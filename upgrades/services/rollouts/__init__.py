"""Rollouts: drafted, drawn, opened wave by wave, stopped and lifted."""
