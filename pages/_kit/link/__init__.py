"""What a page is set to, which its link spells, and which page it is. It may use the session."""
