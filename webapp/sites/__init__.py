"""The certificates that an installation can start with: each file names a rule set, programmes and their activities."""
