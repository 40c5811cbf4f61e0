"""Tests of models/handover."""
