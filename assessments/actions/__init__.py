"""What people do when promises are judged. One module a topic; each act is one transaction."""
