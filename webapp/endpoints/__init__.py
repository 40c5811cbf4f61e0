"""Plain HTTP: what phones, browsers and scripts ask without NiceGUI."""
