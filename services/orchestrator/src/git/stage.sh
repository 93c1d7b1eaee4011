# Runs in a git sandbox, after name-pipe.sh, as /bin/sh of whatever distribution: stages what has changed since $TIP on a
# copy of the index, and answers `tree <id>`, followed by a pack of what the mirror lacks of it where the tree is not
# $TIP_TREE. With $FILES_ALONE it is not looked whether that can be committed as it is, nor what is left out.
set -eu
objects=${OBJECTS:-$TMPDIR/objects} next=$PRIVATE/next
rm -rf "$objects"
mkdir -p "$objects/info" "$objects/pack"
printf '%s\n' "$MIRROR/objects" >"$objects/info/alternates"
rm -rf "$next" "$next.lock"
export GIT_OBJECT_DIRECTORY="$objects" GIT_INDEX_FILE="$next"
# With its time: git looks again at files that are as young as their index.
if [ -f "$PRIVATE/index" ]; then cp -p "$PRIVATE/index" "$next"; else git read-tree "$TIP"; fi
# After a check-out that is all of them: looked at once, and noted in an index that is younger than they are.
if [ ! -e "$PRIVATE/looked-at" ] || [ "$PRIVATE/index" -nt "$PRIVATE/looked-at" ]; then
  watched git update-index -q --refresh >/dev/null || case $? in 137) exit 1 ;; esac
  cp -p "$next" "$PRIVATE/next-index"
  mv "$PRIVATE/next-index" "$PRIVATE/index"
  touch -r "$PRIVATE/index" "$PRIVATE/looked-at"
fi

# Before anything is written to the disk: what is more than may be kept is not begun with.
if [ -n "${MOST_BYTES:-}" ]; then
  watched git ls-files --modified --others --exclude-standard -z >"$TMPDIR/changed" || case $? in 137) exit 1 ;; esac
  bytes=$(grep -zv '/$' "$TMPDIR/changed" | xargs -0 stat --printf '%s\n' -- 2>/dev/null |
    { sum=0; while read -r size; do sum=$((sum + size)); done; echo "$sum"; })
  [ "$bytes" -le "$MOST_BYTES" ] || { echo "error: File too large: $bytes bytes have changed" >&2; exit 1; }
fi

# git gives up where a repository below has no commit yet, or is broken. Those are left out then; of one without any
# commit, which somebody has just made and perhaps not meant, the files are taken.
add_around_repositories() {
  # What lies below a submodule's folder is no part of this repository anyway, and git dies of being told so.
  find . -mindepth 2 -name .git -prune -exec sh -c '
    is_below_submodule() {
      up=$1
      while up=${up%/*}; [ "$up" != . ]; do
        case $(git ls-files --stage -- ":(literal)${up#./}" | head -c 7) in "160000 ") return 0 ;; esac
      done
      return 1
    }
    for git do is_below_submodule "${git%/.git}" || printf "%s\0" "${git%/.git}"; done' sh {} + >"$TMPDIR/around"
  # Each of them is listed by itself, and nobody watches that.
  [ ! -s "$TMPDIR/around" ] || name_pipe
  printf '.\0' >"$TMPDIR/paths"
  [ ! -s "$TMPDIR/around" ] || sed -z 's|^\./|:(exclude,literal)|' "$TMPDIR/around" >>"$TMPDIR/paths"
  watched git add --all --pathspec-from-file="$TMPDIR/paths" --pathspec-file-nul
  [ ! -s "$TMPDIR/around" ] || xargs -0 sh -c '
    own() { (unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY; git "$@"); }
    for folder do
      case $(git ls-files --stage -- ":(literal)${folder#./}" | head -c 7) in "160000 ") continue ;; esac
      ( cd "$folder"
        [ "$(own rev-parse --show-cdup 2>&1)" = "" ] && ! own rev-parse --quiet --verify HEAD >/dev/null 2>&1 || exit 0
        { own ls-files --cached --others --exclude-standard -z; git ls-files -z -- .; } | grep -zv "/\$" |
          git update-index --add --remove -z --stdin )
    done' sh <"$TMPDIR/around"
}

watched git add --all -- . 2>"$TMPDIR/complaint" || { case $? in 137) cat "$TMPDIR/complaint" >&2; exit 1 ;; esac; add_around_repositories; }

# A repository inside the worktree would become a submodule that nobody else can fetch: left out.
git diff-index --cached --raw --no-renames --ignore-submodules=none "$TIP" -- |
  { grep -aE '^:(000000|10[0-7]{4}|120000) 160000 ' || true; } | cut -f2- >"$TMPDIR/nested"
[ ! -s "$TMPDIR/nested" ] || git update-index --force-remove --stdin <"$TMPDIR/nested"

# What Git LFS keeps elsewhere cannot be put there from in here: raw in a commit it would be a broken pointer to LFS.
if [ -z "${FILES_ALONE:-}" ] && git grep --quiet --cached -e filter=lfs -- .gitattributes '*/.gitattributes'; then
  git diff-index --cached --name-only --diff-filter=AM -z "$TIP" -- | git check-attr --cached -z --stdin filter |
    xargs -0 -n 24 sh -c '
      while [ $# -ge 3 ]; do
        if [ "$3" = lfs ] && ! git cat-file blob ":0:$1" | head -c 43 | grep -aqx "version https://git-lfs.github.com/spec/v1"; then
          echo "error: $1 is kept by Git LFS here, and an agent cannot put files there; leave it out or ask the operator" >&2
          exit 255
        fi
        shift 3
      done' sh
fi

# What is no part of the commit although it is there is named, so that nobody takes it for kept.
below_submodules() {
  [ -z "$SUBMODULES" ] || name_pipe
  printf '%s' "$SUBMODULES" | while IFS="$(printf '\t')" read -r index mirror path; do
    ( cd -- "$path" && cp -p "$PRIVATE/$index" "$TMPDIR/below" || exit 0
      unset GIT_OBJECT_DIRECTORY
      export GIT_DIR="$mirror" GIT_WORK_TREE="$PWD" GIT_INDEX_FILE="$TMPDIR/below"
      { git diff-files --name-only -z; git ls-files --others --exclude-standard -z; } |
        xargs -0 sh -c 'for file do printf "%s/%s\n" "$0" "$file"; done' "$path" ) 2>/dev/null
  done
  git ls-files --stage -z | { grep -az '^160000 ' || true; } | cut -z -f 2- | xargs -0 sh -c '
    for path do
      case "
$FILLED" in *"
$path
"*) continue ;; esac
      [ -z "$(ls -A -- "$path" 2>/dev/null)" ] || printf "%s/\n" "$path"
    done' sh
}
[ -n "${FILES_ALONE:-}" ] ||
  { sed 's|$|/|' "$TMPDIR/nested"; below_submodules; } | head -n 50 | sed 's/^/left out: /' >&2

tree=$(git write-tree)
echo "tree $tree"
[ "$tree" = "$TIP_TREE" ] || printf '%s\n--not\n%s\n' "$tree" "$TIP" | git pack-objects --revs --local --stdout -q
