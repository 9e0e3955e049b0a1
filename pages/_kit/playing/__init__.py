"""What plays beside a page: the session's run, its buttons, and work that takes a while. It may use the controls."""
