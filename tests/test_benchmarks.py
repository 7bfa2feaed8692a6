import subprocess
import sys

WITHOUT = "import sys; sys.modules.update(dict.fromkeys(['pytest', 'hypothesis'])); import {}"


def test_benchmarks_beside_peers_do_without_the_libraries_of_the_tests() -> None:
    for name in ("search", "text"):
        command = [sys.executable, "-c", WITHOUT.format(f"tests.benchmarks.{name}")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
