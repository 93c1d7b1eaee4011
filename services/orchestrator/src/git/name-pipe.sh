# A pipe where git looks for a file of its own has it wait for ever.
name_pipe() {
  pipe=$(find . -type p \( -name '.git*' -o -path '*/.git/*' \) -print | head -n 1)
  [ -z "$pipe" ] || { echo "error: $pipe is a pipe, for which git would wait for ever" >&2; return 1; }
}

# watched COMMAND…: ends it once it has been at it for a while and there is such a pipe (137), which is named.
watched() {
  "$@" &
  watched=$!
  { sleep 3; name_pipe || kill -9 "$watched"; } >/dev/null &
  wait "$watched"
}
