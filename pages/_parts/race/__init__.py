"""Parts of the page of remedies."""
