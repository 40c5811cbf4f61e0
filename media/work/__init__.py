"""All that parses somebody's file; it runs in the limited child alone, and the web server never imports it."""
