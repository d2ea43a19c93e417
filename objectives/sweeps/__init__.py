"""What the clock does with papers and benchmarking. Safe twice, late and in parallel."""
