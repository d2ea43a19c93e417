"""What people do with promises. One module a topic; each act is one transaction."""

from commitments.actions.publishing import file_and_publish, publish

__all__ = ["file_and_publish", "publish"]
