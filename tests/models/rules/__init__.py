"""Tests of models/rules."""
