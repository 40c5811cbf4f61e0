"""The screens, the endpoints and the command line."""
