"""Scripts that make every speed and accuracy figure the documents state.

Run one from the root of the repository: ``python -m benchmarks.score_optical``. The recordings they need are
looked for in ``../shared/data`` (or where ``FOOTDROP_VALIDATION_DATA`` says).
"""
