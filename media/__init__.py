"""Files in, files out: uploads, checks, playable copies, photos."""
