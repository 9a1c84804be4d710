"""The casework of one message: what was read becomes observations, an assessment, flags and timers."""
