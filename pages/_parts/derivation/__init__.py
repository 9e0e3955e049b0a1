"""Parts of the page of the derivation."""
