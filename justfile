# Every recipe runs on a fresh clone; `uv run just` lists them.

# Some machines set it; the tests start many processes, and each would compile everything anew.
export PYTHONDONTWRITEBYTECODE := ""

set shell := ["bash", "-euo", "pipefail", "-c"]

default:
    @just --list

# Install everything, pinned.
sync:
    uv sync --locked

# Run the whole service on this machine.
up:
    uv run cvtailor serve

# Build the page, and run service, gateway and page on this machine.
web:
    npm ci --prefix clients/web --no-audit --no-fund
    npm run --prefix clients/web build
    uv run cvtailor serve --web

# Tailor the engineer's CV to the engineer's job ad.
demo:
    uv run cvtailor generate examples/engineer/cv.yaml examples/engineer/job.txt

# Tailor one CV to one job ad: just generate CV JOB [OPTIONS].
generate *arguments:
    uv run cvtailor generate {{ arguments }}

# Lay out the third-party .proto files that the contract imports.
proto-deps:
    @uv run python tools/proto_dependencies.py

# Generate the code of the contract.
gen: proto-deps
    uv run buf generate
    uv run python -m tools.api_reference
    uv run python -m tools.error_reference

# Lint, types, layers, contract, the web client; changes nothing.
check: needs proto-deps
    uv run ruff check
    uv run ruff format --check
    uv run mypy
    uv run lint-imports --no-logo
    uv run buf lint
    uv run buf format proto --diff --exit-code
    uv run python -m tools.contract_checks
    uv run prek run --all-files
    npm run --prefix clients/web check

# What the tests need beside Python packages, from Debian and npm; quick if it is there.
needs:
    tools/test_needs

# Everything that must pass: the checks, then the tests.
test *arguments: check
    uv run pytest {{ arguments }}

# Known faults of what is locked, as far as the advisory services can be reached.
audit:
    uv run python -m tools.audit

# Build what is released, into a folder.
release out:
    uv run python -m tools.release build --out {{ out }}

# Everything breaks, for long: 200 runs, 100 faults.
faults *arguments:
    CVTAILOR_FAULTS=long uv run pytest tests/faults {{ arguments }}

# Half an hour at half the capacity with a fault a minute: nothing lost, nothing grows.
soak *arguments:
    uv run python -m benchmarks.soak {{ arguments }}

# Fuzz one reader, or every call (rpc), by coverage, on demand: just fuzz cv-markdown 60. Findings go to build/fuzz.
fuzz target="cv-markdown" seconds="60":
    PYTHONPATH=.:tests uv run --with atheris==3.1.0 python -m tests.fuzz.coverage_fuzz {{ target }} --seconds {{ seconds }}

# Measure; just bench pipeline --quick --json
bench name *arguments:
    uv run python -m benchmarks.{{ name }} {{ arguments }}

# Rewrite what can be rewritten: format and safe lint fixes.
fix: proto-deps
    uv run ruff check --fix
    uv run ruff format
    uv run buf format proto --write

# Build the documentation as a site, into build/site; any fault in it fails.
docs:
    NO_MKDOCS_2_WARNING=1 uv run mkdocs build --strict

# Show the documentation while you write it.
docs-serve:
    NO_MKDOCS_2_WARNING=1 uv run mkdocs serve

# After a change of settings or commands: the pages that are made from them.
docs-reference:
    uv run python -m tools.settings_reference
    uv run python -m tools.cli_reference

# After a change of what the programs show: the pictures of it in the documentation.
pictures:
    uv run python -m tools.pictures

# After a change of the schema: its text, for review, and the types of its TypeScript clients.
schema:
    uv run python -m tools.catalog_snapshot
    @echo "Then: uv run pytest tests/supabase/test_generated_types.py; on drift it prints the command."
