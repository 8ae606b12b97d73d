"""The embedded key store: an application that embeds Remit authenticates its callers against it."""

from remit.targets.local._store import Authenticated, KeyStore, KeyStoreError
from remit.targets.local._target import TYPE, LocalReader, LocalTarget, LocalWriter

__all__ = ["TYPE", "Authenticated", "KeyStore", "KeyStoreError", "LocalReader", "LocalTarget", "LocalWriter"]
