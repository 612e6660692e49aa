"""The operations of the API, by GitHub's names of them: one function each, `(world, request) -> answer`."""
