#!/usr/bin/env bash
# submit → wait → gate, as a step of any CI. Ends as "basin gate" does: 0 ok, 1 sweep failed, 2 regression, 3 timeout, 4 usage, 5 unreachable.
#
#   BASIN_URL, BASIN_TOKEN   where Basin is
#   BASIN                    how to call it (npx basin)
#   BASELINE                 what to compare with (main)
#   RUN_KEY                  of this run: starting it again submits no second sweep
#   REPORTS                  folder of gate.xml and gate.md (reports)
#   MAX_RISE                 of the seconds of an epoch (50%)
#   SET_BASELINE             1: what passes becomes the baseline; also what the first run does
#
# Arguments change the spec, as those of "basin submit" do: pipeline.sh --grid.eta 0.001
set -euo pipefail

basin=${BASIN:-npx basin}
baseline=${BASELINE:-main}
reports=${REPORTS:-reports}
spec="$(dirname "$0")/sweep.yaml"
key=${RUN_KEY:-$(date +%s)-$$}

submitted=$($basin submit "$spec" "$@" --idempotency-key "$key")
echo "$submitted"
sweep=$(grep -o 'swp_[0-9a-z]*' <<<"$submitted")

$basin wait "$sweep" --timeout 30m

if [ "${SET_BASELINE:-}" = 1 ] && ! $basin baseline list | grep -q "^$baseline "; then
	$basin baseline set "$baseline" "$sweep"
	exit 0
fi

$basin gate "$sweep" --baseline "$baseline" \
	--metric valAccuracy --max-drop 0.01 \
	--metric epochSeconds --max-rise "${MAX_RISE:-50%}" \
	--junit "$reports/gate.xml" --markdown "$reports/gate.md"

[ "${SET_BASELINE:-}" != 1 ] || $basin baseline set "$baseline" "$sweep"
