"""The views: parse the address, ask the archive, say it with a template or a schema."""
