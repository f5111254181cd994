# Sourced by the command-line tests: a scratch folder, and expectations that name what went wrong.
set -u
tdyn=$1
examples=$(dirname "$tdyn")/../examples
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

# expect CODE PATTERN COMMAND...: the exit code, and a pattern in its output (stdout and stderr).
expect() {
    local code=$1 pattern=$2
    shift 2
    local output got
    output=$("$@" 2>&1)
    got=$?
    [ "$got" -eq "$code" ] || fail "exit $got instead of $code: $*"$'\n'"$output"
    grep -qE -- "$pattern" <<<"$output" || fail "no '$pattern' in the output of: $*"$'\n'"$output"
}

# same A B: two files are equal byte for byte.
same() {
    cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" | head -5)"
}

finish() {
    [ "$failures" -eq 0 ] || { echo "$failures expectations failed" >&2; exit 1; }
    exit 0
}
