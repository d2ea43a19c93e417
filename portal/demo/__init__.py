"""A demonstration year: both shipped campaigns, sample people, and papers in every state.

It stands on the roof: it may call everything, and nothing calls it. All it does goes through the actions that the
pages use, at the moments of its script.
"""
