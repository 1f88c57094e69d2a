"""Nouns to pages."""
