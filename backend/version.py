"""The version of this distribution, as pyproject.toml states it."""

from importlib.metadata import version

VERSION = version("facet")
