"""Letters about judging."""
