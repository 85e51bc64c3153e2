from tests.upgrades.conftest import catalogue, world

__all__ = ["catalogue", "world"]
