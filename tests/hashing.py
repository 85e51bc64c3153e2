"""Argon2 without its price, which is memory and time on purpose: tests sign in a thousand times."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
