"""Benchmarks: ours and its peers in turn, in one run, as ratios."""
