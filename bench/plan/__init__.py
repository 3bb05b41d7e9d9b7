"""The plan job: read two sides of N learners, translate, match, compare, write the changes."""
