"""Parts of the page of truncation."""
