#!/usr/bin/env bash
# Everything that must hold, the quickest first. Stops at the first that does not. Run by `make test` after set-up.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$PWD/.venv/bin"
node_dir=$(dirname "$(command -v node || echo "$bin/node")")
export PATH="$node_dir:$PATH"

say() { printf '\n== %s (%s s so far)\n' "$1" "$SECONDS"; }

say "style";   "$bin/ruff" check . ; "$bin/ruff" format --check .
say "types"
types=$(mktemp); trap 'rm -f "$types"' EXIT
"$bin/mypy" > "$types" 2>&1 & mypy=$!  # on the other core
for room in sdk console; do say "$room: types, lint, tests"; (cd "$room" && npm run --silent check && npm run --silent test --if-present); done
wait $mypy || { cat "$types"; exit 1; }
cat "$types"
say "rooms";   "$bin/lint-imports" | tail -n 20
# Each worker takes the next file: what a file makes once (a house, a browser, a walk) is made once. Files with a test
# that is marked `long` come first. Groups of tests would share better, but pytest-xdist 3.8 sets a name that pytest 9.2
# no longer has, so that both workers make everything.
share=(-q -n 2 --dist loadfile --no-loadscope-reorder)
say "tests";   "$bin/pytest" "${share[@]}" -m "not browser" tests
if [ -e src/milkglass/compiled/sources.json ]; then
  say "enforcement, not compiled"; MILKGLASS_PURE=1 "$bin/pytest" "${share[@]}" tests/enforcement tests/fuzz tests/test_wire.py
fi
say "browser"; "$bin/pytest" "${share[@]}" -m browser tests
say "all passed"
