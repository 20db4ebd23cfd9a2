"""The `facet` command. The one place that knows the API, the workers and the networks; nothing imports it."""
