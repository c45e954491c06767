#!/usr/bin/env bash
# Compares the policies with those of another commit. Takes POLICIES, BASE, ACKNOWLEDGE and ESTATES (one a line) from the
# environment; annotates the lines to blame, and leaves Markdown for the comment and the summary of the job.
set -euo pipefail

git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$BASE"

call=("$(git rev-parse --short "$BASE"):$POLICIES" "$POLICIES")
if [ -n "${ACKNOWLEDGE:-}" ]; then call+=(--acknowledge "$ACKNOWLEDGE"); fi
while IFS= read -r estate; do
  if [ -n "$estate" ]; then call+=(--estate "$estate"); fi
done <<<"${ESTATES:-}"

status=0
entail diff "${call[@]}" --format github || status=$?
case "$status" in
  0 | 1 | 3) ;;
  *) exit "$status" ;; # what is wrong has been said
esac

markdown="${RUNNER_TEMP:-/tmp}/entail-diff.md"
entail diff "${call[@]}" --quiet --format markdown -o "$markdown" || true
cat "$markdown" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
  echo "status=$status"
  echo "markdown=$markdown"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
