"""What a student does, on the phone first."""
