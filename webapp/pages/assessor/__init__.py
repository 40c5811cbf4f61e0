"""What an assessor does, at a desk."""
