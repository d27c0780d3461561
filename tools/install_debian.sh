#!/bin/sh
# What the whole suite needs of Debian: Chromium for the journeys, libqrencode for printing at speed, SoftHSM to stand
# for a ministry's key module, Pango for what printing is measured against. Installed when we may, else one command to
# type. Never a silent skip.
set -eu
packages="chromium libqrencode4 softhsm2 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

if command -v chromium >/dev/null 2>&1 && command -v softhsm2-util >/dev/null 2>&1 \
    && has_library libqrencode.so.4 && has_library libpangoft2-1.0.so.0 && has_library libharfbuzz-subset.so.0; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The suite needs these of Debian (or their like): $packages. Install them and type make test again." >&2
    exit 2
fi
if [ "$(id -u)" = 0 ]; then
    run=""
elif sudo -n true 2>/dev/null; then
    run="sudo -n"
else
    echo "The suite needs some of Debian's packages. Type this once, then make test again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
    exit 2
fi
echo "Installing Debian's $packages (once)"
export DEBIAN_FRONTEND=noninteractive
$run apt-get -qq update
$run apt-get -qq -y --no-install-recommends install $packages
