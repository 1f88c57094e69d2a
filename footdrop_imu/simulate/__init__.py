"""Walking with known truth. Shares no code with the estimator."""
