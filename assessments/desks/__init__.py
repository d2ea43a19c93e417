"""What judging puts on desks, into the menu and into the record. One module a topic."""
