# A pipe where git looks for a file of its own has it wait for ever: named, once git has been at it for a while.
name_pipe() {
  sleep 3
  pipe=$(find . -type p \( -name '.git*' -o -path '*/.git/*' \) -print | head -n 1)
  [ -z "$pipe" ] || { echo "error: $pipe is a pipe, for which git would wait for ever" >&2; kill -9 "$1"; }
}
