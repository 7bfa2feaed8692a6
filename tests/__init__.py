"""Tests and benchmarks."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""The checkout."""
