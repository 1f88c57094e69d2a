"""Arrays to arrays: the steps from samples to strides, for one foot and for both."""
