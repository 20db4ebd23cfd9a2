"""Readers and writers of face data on disk; a broken file is refused by name (DataError)."""
