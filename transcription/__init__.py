"""Speech to text, away from the web server."""
