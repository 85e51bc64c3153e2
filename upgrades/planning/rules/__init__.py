"""What every plan must obey. A rule is a sentence true of a good plan; it returns the steps that
break it, or that lack what it asks for. 1 to 11 are the guide's (§11), 12 to 16 ours.
"""

from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules.clients import clients_are_looked_after, clients_have_a_day
from upgrades.planning.rules.clusters import half_the_nodes_accept
from upgrades.planning.rules.ends import (
    a_base_failure_halts_everything,
    ends_on_target_in_its_shape,
    the_old_one_leaves_last,
)
from upgrades.planning.rules.ours import (
    changes_stand_in_windows,
    sites_rest_only_while_up,
    the_data_crosses_before_the_break,
    updates_are_verified,
)
from upgrades.planning.rules.packages import (
    backups_and_certificates_first,
    bases_stand_right_before_their_product,
    prerequisites_hold,
)
from upgrades.planning.rules.page import follows_the_page
from upgrades.planning.rules.pairs import (
    a_is_untouched_until_b_is_confirmed,
    a_pair_is_parted_and_joined_again,
)
from upgrades.planning.rules.reading import Rule

GUIDE: dict[int, Rule] = {
    1: prerequisites_hold,
    2: bases_stand_right_before_their_product,
    3: clients_have_a_day,
    4: backups_and_certificates_first,
    5: a_pair_is_parted_and_joined_again,
    6: a_is_untouched_until_b_is_confirmed,
    7: half_the_nodes_accept,
    8: clients_are_looked_after,
    9: a_base_failure_halts_everything,
    10: the_old_one_leaves_last,
    11: ends_on_target_in_its_shape,
}
OURS: dict[int, Rule] = {
    12: follows_the_page,
    13: changes_stand_in_windows,
    14: sites_rest_only_while_up,
    15: updates_are_verified,
    16: the_data_crosses_before_the_break,
}
RULES = GUIDE | OURS


def breaches(plan: Plan, rules: dict[int, Rule] = RULES) -> dict[int, list[PlannedStep]]:
    """Number of each broken rule to the steps to mark. A rule's docstring is its sentence."""
    return {number: found for number, rule in rules.items() if (found := rule(plan))}


__all__ = ["GUIDE", "OURS", "RULES", "Rule", "breaches"]
