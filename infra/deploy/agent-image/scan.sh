#!/bin/sh
# Looks through the agents' image (or IMAGE) for what is known of its packages: fails on high or critical with a fix.
#   scan.sh [IMAGE]
# Needs trivy or grype, and their data from the network; without either it says *skipped*, and ends with 3.
set -eu

image=${1:-mosaic-agent:latest}
if command -v trivy >/dev/null; then
  exec trivy image --exit-code 1 --severity HIGH,CRITICAL --ignore-unfixed "$image"
elif command -v grype >/dev/null; then
  exec grype "$image" --fail-on high --only-fixed
fi
echo "skipped: neither trivy nor grype is installed; nothing is known of $image" >&2
exit 3
