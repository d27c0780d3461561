#!/bin/sh
# The boosted members of a forecast need libgomp1, which a bare Debian lacks. Installed when we may; else forecasts go
# on without those members, and this says how to get them. Never stops a start.
ldconfig -p 2>/dev/null | grep -q libgomp.so.1 && exit 0
/sbin/ldconfig -p 2>/dev/null | grep -q libgomp.so.1 && exit 0
advice="Forecasts are made without boosted trees: the system lacks libgomp.so.1. Type once: sudo apt-get install -y libgomp1"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Forecasts are made without boosted trees: the system lacks libgomp.so.1 (GNU OpenMP); install it." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then
    run=""
elif sudo -n true 2>/dev/null; then
    run="sudo -n"
else
    echo "$advice" >&2
    exit 0
fi
echo "Installing Debian's libgomp1 (once)"
export DEBIAN_FRONTEND=noninteractive
{ timeout 120 $run apt-get -qq update && timeout 120 $run apt-get -qq -y --no-install-recommends install libgomp1; } >/dev/null 2>&1 || echo "$advice" >&2
exit 0
