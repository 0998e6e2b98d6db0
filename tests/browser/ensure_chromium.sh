#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: installs Debian's where apt is there, else says how.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${MIDPLOT_CHROMIUM:-}" ] && [ -x "$MIDPLOT_CHROMIUM" ] && exit 0
if command -v apt-get >/dev/null 2>&1; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  echo "installing chromium for the browser tests"
  if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y chromium fonts-dejavu-core >/dev/null; then
    exit 0
  fi
fi
echo "There is no Chromium, so the browser tests will fail. Install chromium or Google Chrome," >&2
echo "or name one: MIDPLOT_CHROMIUM=/path/to/chromium make test" >&2
exit 0
