"""What the pages share: the link, widgets from specs, what plays, the share menu, words. It may use the engine and the
session."""
