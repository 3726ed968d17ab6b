#!/usr/bin/env bash
# Builds the wheel of the Python package, installs it into a fresh virtual environment and runs its tests there. Run it from
# anywhere. With --all it installs all packages that a test can do with, PyTorch and JAX among them, of which there are some
# hundred megabytes; without, the tests that need those are skipped, and it says so. Where Python, Cargo, the network or what they fetch is missing it says that nothing was tested; that is a
# failure where the variable GRADUS_CI_STRICT is set.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
  if [ -n "${GRADUS_CI_STRICT:-}" ]; then
    printf 'python: FAILED, nothing was tested: %s\n' "$1" >&2
    exit 1
  fi
  printf 'python: SKIPPED, nothing was tested: %s\n' "$1"
  exit 0
}

# The interpreter that PYTHON names, or else the first that is new enough and can make environments.
suits() {
  command -v "$1" >/dev/null && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}
python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python3.10}; do
  if suits "$candidate"; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || skip "there is no ${PYTHON:-python3} of version 3.10 or later with the modules venv and ensurepip"
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
  "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check --retries 2 "$@"
}
# An index that does not answer once may do so a moment later.
install() {
  pip install "$@" && return
  printf 'python: pip failed, and is tried once more\n' >&2
  sleep 5
  pip install "$@"
}
install 'maturin>=1.16,<2' pytest 'scikit-learn>=1.6' array-api-strict pandas polars 'dask[distributed]' matplotlib mypy ||
  skip "pip cannot install what the tests need"
if [ "${1:-}" = --all ]; then
  # Where its builds for processors alone have an index of their own, PIP_EXTRA_INDEX_URL may name that.
  install torch || skip "pip cannot install PyTorch"
  install jax curvlinops-for-pytorch || skip "pip cannot install JAX and curvlinops"
fi

# The profile, the versions and the folder are the workspace's, so libraries that are built for its programs are not built
# again; crates of this repository are, since to Cargo those of another workspace are others.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
"$work/venv/bin/maturin" build --release --locked --out "$work/wheel" --interpreter "$work/venv/bin/python"
wheel=$(echo "$work"/wheel/*.whl)
size=$(wc -c <"$wheel")
printf 'python: the wheel has %d bytes\n' "$size"
test "$size" -le 10485760
# The stubs are those of the compiled part. They are generated from a build of the profile dev, whose symbols are not stripped.
"$work/venv/bin/maturin" generate-stubs --locked --features stubs --interpreter "$work/venv/bin/python" --out "$work/stubs"
if ! diff -u python/gradus/_gradus.pyi "$work/stubs/gradus/_gradus.pyi"; then
  printf 'python: the stubs are out of date; python/README.md says how they are generated\n' >&2
  exit 1
fi
# What it needs is there; NumPy, which is all, came with the packages above.
pip install --no-index "$wheel"

# Away from the sources, so that what is tested is what was installed.
cp -r tests README.md examples "$work"
cd "$work"
# That the stubs say what the compiled part has, to Python as well.
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
# Bits are compared with those of the programs that the tests of the workspace have built, optimized or not.
GRADUS_PROGRAMS=${GRADUS_PROGRAMS:-$CARGO_TARGET_DIR/debug} "$work/venv/bin/python" -m pytest -q -rs --durations=10 -p no:cacheprovider tests
