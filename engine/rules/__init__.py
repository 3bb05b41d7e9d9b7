"""Rule files: their model, how they are read, and what is proved about them before anything runs."""
