"""Who may do what when promises are judged, and why not."""
