"""Where the demo's policy, vocabulary and login script lie in the package."""

from pathlib import Path

POLICY_FILE = Path(__file__).with_name("chalkboard.yaml")
LOGIN_FILE = Path(__file__).with_name("chalkboard.login.yaml")
