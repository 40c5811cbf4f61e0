"""The demonstration: an invented institution with people in every role and work in every state."""
