#!/usr/bin/env bash
# Everything that must hold, the quickest first. Stops at the first that does not. Run by `make test` after set-up.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$PWD/.venv/bin"
node_dir=$(dirname "$(command -v node || echo "$bin/node")")
export PATH="$node_dir:$PATH"

say() { printf '\n== %s (%s s so far)\n' "$1" "$SECONDS"; }

say "style";   "$bin/ruff" check . ; "$bin/ruff" format --check .
say "types";   "$bin/mypy"
say "rooms";   "$bin/lint-imports" | tail -n 20
for room in sdk console; do say "$room: types, lint, tests"; (cd "$room" && npm run --silent check && npm run --silent test --if-present); done
say "tests";   "$bin/pytest" -q -n 2 --dist loadgroup -m "not browser" tests
if [ -e src/milkglass/compiled/sources.json ]; then
  say "enforcement, not compiled"; MILKGLASS_PURE=1 "$bin/pytest" -q -n 2 tests/enforcement tests/fuzz tests/test_wire.py
fi
say "browser"; "$bin/pytest" -q -n 2 --dist loadfile -m browser tests
say "all passed"
