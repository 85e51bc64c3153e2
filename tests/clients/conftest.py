from tests.upgrades import conftest as upgrades
from tests.upgrades.api import conftest as programs

catalogue, world = upgrades.catalogue, upgrades.world
operator, approver, agent = programs.operator, programs.approver, programs.agent
draft, proposed = programs.draft, programs.proposed
scheduled, running, asking = programs.scheduled, programs.running, programs.asking
