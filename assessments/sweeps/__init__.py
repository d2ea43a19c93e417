"""What the clock does when promises are judged."""
