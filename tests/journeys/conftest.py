from tests.upgrades import conftest as upgrades

simulator, park = upgrades.simulator, upgrades.park
catalogue, world, answering = upgrades.catalogue, upgrades.world, upgrades.answering
