"""What inspections on the spot put on desks and into the menu and the record."""


def register() -> None:
    """Called once, when the app is ready."""
