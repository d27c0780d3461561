#!/bin/sh
# Debian's Chromium for the journeys: installed when we may, else one command to type. Never a silent skip.
set -eu
packages="chromium"

if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The journeys need Chromium on the path as 'chromium'. Install it and type make test again." >&2
    exit 2
fi
if [ "$(id -u)" = 0 ]; then
    run=""
elif sudo -n true 2>/dev/null; then
    run="sudo -n"
else
    echo "The journeys need Debian's Chromium. Type this once, then make test again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
    exit 2
fi
echo "Installing Debian's Chromium (once)"
export DEBIAN_FRONTEND=noninteractive
$run apt-get -qq update
$run apt-get -qq -y --no-install-recommends install $packages
