#!/usr/bin/env bash
# Builds the wheel of the Python package, installs it into a fresh virtual environment and runs its tests there. Run it from
# anywhere. Where Python, Cargo, pip or what they have to fetch is missing it says so, and that nothing was tested; that is a
# failure where the variable CI is set.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
  if [ -n "${CI:-}" ]; then
    printf 'python: FAILED, nothing was tested: %s\n' "$1" >&2
    exit 1
  fi
  printf 'python: SKIPPED, nothing was tested: %s\n' "$1"
  exit 0
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || skip "$python is not installed"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skip "Python 3.10 or later is needed"
"$python" -c 'import venv, ensurepip' 2>/dev/null || skip "$python has no module venv or ensurepip"
command -v cargo >/dev/null || skip "cargo is not installed"
if ! fetched=$(cargo fetch --locked 2>&1); then
  printf '%s\n' "$fetched" >&2
  case $fetched in
    # A lock file that does not go with the manifests is a mistake here, not a want of the machine.
    *--locked*) exit 1 ;;
  esac
  skip "cargo cannot fetch the dependencies"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
pip() {
  "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"
}
pip install 'maturin>=1.7,<2' pytest 'scikit-learn>=1.6' array-api-strict pandas mypy || skip "pip cannot install what the tests need"

# The same profile and versions as the workspace's: what is built there is not built again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
"$work/venv/bin/maturin" build --release --locked --out "$work/wheel" --interpreter "$work/venv/bin/python"
size=$(stat -c %s "$work"/wheel/*.whl)
printf 'python: the wheel has %d bytes\n' "$size"
test "$size" -le 10485760
pip install "$work"/wheel/*.whl

# Away from the sources, so that what is tested is what was installed.
cp -r tests README.md examples "$work"
cd "$work"
# That the stubs say what the compiled part has.
"$work/venv/bin/python" -m mypy.stubtest gradus._gradus
missing=$("$work/venv/bin/python" - <<'END'
from importlib.util import find_spec

optional = ("curvlinops", "distributed", "jax", "joblib", "matplotlib", "pandas", "polars", "scipy", "sklearn", "torch")
print(*(name for name in optional if find_spec(name) is None))
END
)
if [ -n "$missing" ]; then
  printf 'python: the tests that need these are skipped: %s\n' "$missing"
fi
GRADUS_PROGRAMS=${GRADUS_PROGRAMS:-$CARGO_TARGET_DIR/release} "$work/venv/bin/python" -m pytest -q -rs -p no:cacheprovider tests
