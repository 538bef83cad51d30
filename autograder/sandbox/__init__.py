"""Runs student code so that it can do no harm, and says how sure that is."""

from autograder.sandbox.budget import Budget
from autograder.sandbox.handle import LoadReport, Worker
from autograder.sandbox.host import Sandbox
from autograder.sandbox.isolation import Isolation, probe
from autograder.sandbox.limits import Limits

__all__ = ["Budget", "Isolation", "Limits", "LoadReport", "Sandbox", "Worker", "probe"]
