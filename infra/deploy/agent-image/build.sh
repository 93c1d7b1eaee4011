#!/bin/sh
# Builds the image of the agents' sandboxes.
#   build.sh [--tag NAME] [--debootstrap]
# --debootstrap makes it from Debian packages alone, where no image registry answers (needs root and debootstrap).
# Its node is the one on the PATH, or that of NODE=/path/to/node.
set -eu

tag=mosaic-agent:latest
way=dockerfile
while [ $# -gt 0 ]; do
  case $1 in
    --tag) tag=${2:?--tag needs a name}; shift 2 ;;
    --debootstrap) way=debootstrap; shift ;;
    *) echo "usage: $0 [--tag NAME] [--debootstrap]" >&2; exit 2 ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)

if [ "$way" = dockerfile ]; then
  docker build --tag "$tag" "$here"
  exit
fi

node=$(readlink -f "${NODE:-$(command -v node)}")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 130' INT TERM
packages=ca-certificates,curl,git,jq,libatomic1,libstdc++6,make,patch,procps,python3-minimal,ripgrep,unzip
echo "Debian with $packages …" >&2
debootstrap --variant=minbase --include="$packages" bookworm "$root" >"$root.log" 2>&1 ||
  { tail -20 "$root.log" >&2; exit 1; }
rm -rf "$root.log" "$root/var/cache/apt/archives" "$root/var/lib/apt/lists"
install -m 755 "$node" "$root/usr/local/bin/node"
chroot "$root" useradd --uid 10001 --create-home agent
chroot "$root" node --version >&2
tar -C "$root" -c . | docker import --change 'USER agent' --change 'CMD ["sh"]' - "$tag"
