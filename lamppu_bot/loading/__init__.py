"""Loading a checked project file into the database: plan, show, apply."""

from lamppu_bot.loading.applying import apply_load
from lamppu_bot.loading.people import LoadError
from lamppu_bot.loading.plan import Change, Conflict, Kind, LoadPlan
from lamppu_bot.loading.planning import plan_load
from lamppu_bot.loading.wording import describe

__all__ = ["Change", "Conflict", "Kind", "LoadError", "LoadPlan", "apply_load", "describe", "plan_load"]
