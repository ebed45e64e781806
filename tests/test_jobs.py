"""Jobs: what runs by the clock is done without anybody asking for it."""

import time
from pathlib import Path

from milkglass.app.app import Milkglass
from milkglass.demo.files import POLICY_FILE
from milkglass.jobs import Jobs
from milkglass.settings import Settings
from tests.web.house import right_now


def test_consent_is_checked_by_the_clock_and_in_the_log(tmp_path: Path) -> None:
    house = Milkglass.open(Settings(data=tmp_path, roll_seconds=1), POLICY_FILE, right_now())
    jobs = Jobs(house)
    until = time.monotonic() + 30
    while not any(b'"act":"consent.check"' in entry.spelled for entry in house.log.entries(0, 100)):
        assert time.monotonic() < until, "no check of consent is in the log"
        time.sleep(0.1)
    jobs.close()
    house.close()
