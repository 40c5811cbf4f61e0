"""Pictures of the application for the README and for the manifest, and how they are made."""
