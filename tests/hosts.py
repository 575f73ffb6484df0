"""The hosts of tests/build.py, by the name that this module had."""

from tests.build import *  # noqa: F403
