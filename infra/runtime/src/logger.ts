import { createRedactor, KnownSecrets, secretsIn } from '@mosaic/redaction'
import { currentTraceparent } from '@mosaic/telemetry'
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

const secretKeys = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'api_key', 'x-api-key']
const secretPaths = secretKeys.flatMap((key) => {
  const step = key.includes('-') ? `["${key}"]` : key
  const nested = key.includes('-') ? step : `.${step}`
  return [step, `*${nested}`, `*.*${nested}`, `*.*.*${nested}`]
})

/** What this process knows to be secret: covered in every line that it logs. */
export const ownSecrets = new KnownSecrets(secretsIn(process.env))

const { text, value } = createRedactor(ownSecrets)

/** A line is looked through text by text: in JSON a line break is two characters, and hides where a word begins. */
function redactLine(line: string): string {
  try {
    return `${JSON.stringify(value(JSON.parse(line)))}\n`
  } catch {
    return text(line)
  }
}

/**
 * A logger that writes one JSON object per line (time in ISO 8601, level by name) to stdout, or to `destination`.
 * Fields with a secret's name are replaced; secrets inside messages and stack traces are covered, by their shape and where
 * the environment holds them.
 */
export function createLogger(
  { name, level = 'info' }: { name: string; level?: LogLevel },
  destination?: DestinationStream,
): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[redacted]' },
    hooks: { streamWrite: redactLine },
    mixin: trace,
  }
  return pino(options, destination ?? standardOutput())
}

/** By which a line is found beside the trace that it belongs to. */
function trace(): object {
  const traceparent = currentTraceparent()
  return traceparent === undefined ? {} : { traceparent }
}

/** A log on a full disk loses lines; it must not take the process with it. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true })
  stream.on('error', () => {})
  return stream
}
