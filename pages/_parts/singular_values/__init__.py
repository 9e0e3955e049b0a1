"""Parts of the page of singular values."""
