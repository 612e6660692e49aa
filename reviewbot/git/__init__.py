"""A local git repository as the source of a change."""
