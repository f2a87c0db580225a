"""The steps of the page pipeline, one module each."""
