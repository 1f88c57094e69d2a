"""Disk to nouns and back: CSV, vendor files, session folders."""
