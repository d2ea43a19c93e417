"""What the clock does with promises. Each sweep asks “what is due?”, takes `on=` and `at=`, returns how much it did,
and may run twice, late or in parallel.
"""
