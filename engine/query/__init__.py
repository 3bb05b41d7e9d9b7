"""Checked rules compiled to a columnar query, and the query run over pairs of records."""
