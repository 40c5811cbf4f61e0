"""Tests of pages, as the people who open them read them."""
