"""A person over time, as command line and app ask for it: the store, the rules and the statistics joined."""
