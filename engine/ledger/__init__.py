"""What the workspace remembers: links, plans, approvals, runs with their journal, and the log of who did what."""
