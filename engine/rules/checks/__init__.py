"""One check a file: a function from a `Subject` to diagnostics."""
