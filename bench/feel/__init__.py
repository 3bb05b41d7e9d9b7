"""FEEL: evaluations a second of expressions that mappings are made of, against the same work written by hand."""
