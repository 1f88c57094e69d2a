"""Walks recorded from sensors: found, checked, captured, watched, and made into sessions."""
