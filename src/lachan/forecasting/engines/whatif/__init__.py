"""What if: an age-structured epidemic with doses, waning, variants and measures; ranges, never one line."""

from lachan.forecasting.engines.whatif.assumptions import Assumption, BadScenario, Range
from lachan.forecasting.engines.whatif.reading import read_scenario, scenario_of
from lachan.forecasting.engines.whatif.scenario import Doses, Measure, Scenario, Start, Variant, variant
from lachan.forecasting.engines.whatif.simulate import LEVELS, MEASURES, Difference, Ranges, compare, simulate

__all__ = [
    "LEVELS",
    "MEASURES",
    "Assumption",
    "BadScenario",
    "Difference",
    "Doses",
    "Measure",
    "Range",
    "Ranges",
    "Scenario",
    "Start",
    "Variant",
    "compare",
    "read_scenario",
    "scenario_of",
    "simulate",
    "variant",
]
