"""Tables to tables: what measurements and exercises mean for a person over time."""
