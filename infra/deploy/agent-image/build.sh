#!/bin/sh
# Builds the image of the agents' sandboxes.
#   build.sh [--tag NAME] [--debootstrap]
# --debootstrap makes it from Debian packages alone, where no image registry answers (needs root and debootstrap).
# Its node and npm are those on the PATH, or NODE=/path/to/node. It ends with 3 where no archive of packages answers.
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
npm=$(readlink -f "$(command -v npm || true)")
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
trap 'exit 130' INT TERM
root=$context/root
packages=$(sed 's/ *#.*//' "$here/packages" | paste -sd,)
echo "Debian with $packages …" >&2
debootstrap --variant=minbase --include="$packages" bookworm "$root" >"$context/log" 2>&1 ||
  { tail -20 "$context/log" >&2; echo "no Debian can be made here: $(tail -1 "$context/log")" >&2; exit 3; }
rm -rf "$root"/var/lib/apt/lists "$root"/var/cache/apt "$root"/var/log/* "$root"/usr/share/doc "$root"/usr/share/man
install -m 755 "$node" "$root/usr/local/bin/node"
if [ "$(basename "$npm")" = npm-cli.js ]; then
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -R --dereference "${npm%/bin/npm-cli.js}" "$root/usr/local/lib/node_modules/npm"
  for program in npm npx; do
    ln -s "../lib/node_modules/npm/bin/$program-cli.js" "$root/usr/local/bin/$program"
  done
fi
chroot "$root" useradd --uid 10001 --create-home agent
find "$root" -xdev -type f -perm /6000 -exec chmod a-s {} +
chroot "$root" node --version >&2
tar -C "$root" -cf "$context/root.tar" .
rm -rf "$root" "$context/log"
docker build --tag "$tag" --file "$here/Dockerfile.root" "$context"
