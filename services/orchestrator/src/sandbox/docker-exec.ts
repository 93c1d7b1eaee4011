import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Container, Exec } from 'dockerode'
import { execVariable } from './command-environment.ts'
import type { StartedCommand } from './supervise-command.ts'

/**
 * Runs $1. The engine waits two seconds for whoever still holds an exec's output, and every other exec with it. So
 * the command writes to pipes of ours; what it leaves in the background keeps those, with a reader that drops
 * what comes (without one the next log line would kill it). Who passes the output on is ended when it waits for more (what it
 * sleeps in is a call of its descriptor 0, proc_pid_syscall(5)), however slow it is; what goes on printing without a pause is cut off.
 * The engine gives every exec a session (setsid): this shell leads it, so that the command is found again even
 * where it has cleared its environment.
 */
const leader = `
d=/tmp/.exec-$${execVariable}
mkdir -m 700 "$d" && mkfifo "$d/out" "$d/err" || exit 125
exec 9<>"$d/out" 7<"$d/out" 6>"$d/out" 9>&-
exec 9<>"$d/err" 8<"$d/err" 5>"$d/err" 9>&-
rm -r "$d"
cat <&7 5>&- 6>&- 7<&- 8<&- & out=$!
cat <&8 >&2 5>&- 6>&- 7<&- 8<&- & err=$!
sh -c "$1" >&6 2>&5 5>&- 6>&- 7<&- 8<&-
code=$?
exec 5>&- 6>&-
alive() { kill -0 $1; } 2>/dev/null
passed() {
  alive $1 || return 0
  [ ! -e /proc/$1/syscall ] || { read -r _ of _ </proc/$1/syscall && [ "$of" = 0x0 ]; }
} 2>/dev/null
round=0
until [ $round = 150 ]; do
  round=$((round + 1))
  case $round in [1-5]) sleep 0.004 ;; *) sleep 0.03 ;; esac
  passed $out && passed $err && break
done
alive $out || alive $err || exit $code
cat <&7 >/dev/null 2>&1 &
cat <&8 >/dev/null 2>&1 &
kill $out $err 2>/dev/null
exit $code`

/** The engine cannot end an exec. $1 is the variable that marks its processes; their whole sessions get SIGKILL. */
const killer = `
session() { read -r line <"$1/stat" && set -- \${line##*) } && echo "$4"; } 2>/dev/null
for round in 1 2 3; do
  sessions=' '
  for p in /proc/[0-9]*; do
    tr '\\0' '\\n' 2>/dev/null <"$p/environ" | grep -qx "$1" && sessions="$sessions$(session "$p") "
  done 2>/dev/null
  [ "$sessions" = ' ' ] && exit 0
  for p in /proc/[0-9]*; do
    s=$(session "$p")
    case "$sessions" in *" \${s:-none} "*) kill -9 "\${p#/proc/}" ;; esac
  done 2>/dev/null
done`

/**
 * Background processes that hold the output open keep the engine's stream open too: the exec's own state decides. Seldom is it the
 * first to tell, and who asks for a hundred commands at a time keeps the engine from its work: less often the longer one takes.
 */
const [inspectFirstMs, inspectLastMs] = [250, 4_000]

export async function startExec(container: Container, command: string): Promise<StartedCommand> {
  const mark = `${execVariable}=${randomUUID()}`
  const exec = await container.exec({
    Cmd: ['sh', '-c', leader, 'sh', command],
    Env: [mark],
    AttachStdout: true,
    AttachStderr: true,
  })
  const stream = await exec.start({ hijack: true, stdin: false })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  container.modem.demuxStream(stream, stdout, stderr)
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      stdout.end()
      stderr.end()
      resolve()
    }
    stream.once('end', end)
    stream.once('close', end)
    stream.on('error', end)
  })
  return { stdout, stderr, exitCode: exitCodeOf(exec, ended), kill: () => killMarked(container, mark) }
}

async function exitCodeOf(exec: Exec, ended: Promise<void>): Promise<number | null> {
  for (let pauseMs = inspectFirstMs; ; pauseMs = Math.min(2 * pauseMs, inspectLastMs)) {
    await Promise.race([ended, delay(pauseMs)])
    try {
      const { Running, ExitCode } = await exec.inspect()
      if (!Running) return ExitCode
    } catch {
      // The engine forgets the execs of a container that it has removed.
      return null
    }
  }
}

async function killMarked(container: Container, mark: string): Promise<void> {
  const exec = await container.exec({ Cmd: ['sh', '-c', killer, 'sh', mark], AttachStdout: true })
  const stream = await exec.start({ hijack: true, stdin: false })
  stream.resume()
  await new Promise((resolve) => stream.once('close', resolve))
}
