import pc from 'picocolors'

const shownElsewhere = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err'])
const colours: Record<string, (text: string) => string> = {
  fatal: pc.red,
  error: pc.red,
  warn: pc.yellow,
  debug: pc.dim,
  trace: pc.dim,
}

/** One line of a log for people: our JSON lines as time, level, message and fields; others (engines') as they are. */
export function readableLine(line: string, prefix: string): string {
  const start = prefix ? `${pc.cyan(prefix)} ` : ''
  const record = parsed(line)
  if (!record) return start + line
  const level = String(record['level'] ?? 'info')
  const paint = colours[level] ?? ((text: string) => text)
  const time = String(record['time'] ?? '').slice(11, 23)
  const fields = Object.entries(record)
    .filter(([name]) => !shownElsewhere.has(name))
    .map(([name, value]) => pc.dim(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
  const error = record['err'] as { stack?: string; message?: string } | undefined
  const told = [pc.dim(time), paint(level.padEnd(5)), paint(String(record['msg'] ?? '')), ...fields].join(' ')
  return start + told + (error ? `\n${error.stack ?? error.message ?? ''}` : '')
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
