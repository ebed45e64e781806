"""Where the demo's policy and vocabulary lie in the package."""

from pathlib import Path

POLICY_FILE = Path(__file__).with_name("chalkboard.yaml")
