"""Alembic's entry: always on a connection that the caller opened."""

from alembic import context

from archive.nouns import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
