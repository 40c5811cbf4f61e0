"""What programme staff and administrators do."""
