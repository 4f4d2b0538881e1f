"""Where a store and its keys lie when nobody, or the environment, or the command line says."""

import argparse
import os
from pathlib import Path


def store_directory(arguments: argparse.Namespace) -> Path:
    """The store named by --store, else by $BOOKKEEPER_STORE, else the platform's data directory."""
    named = arguments.store or os.environ.get("BOOKKEEPER_STORE")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("bookkeeper", appauthor=False)


def keys_directory(arguments: argparse.Namespace) -> Path:
    """The keys named by --keys, else by $BOOKKEEPER_KEYS, else the platform's configuration directory."""
    named = arguments.keys or os.environ.get("BOOKKEEPER_KEYS")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_config_path("bookkeeper", appauthor=False)
