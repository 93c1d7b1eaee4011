import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

const secretKeys = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'api_key', 'x-api-key']
const secretPaths = secretKeys.flatMap((key) => {
  const step = key.includes('-') ? `["${key}"]` : key
  const nested = key.includes('-') ? step : `.${step}`
  return [step, `*${nested}`, `*.*${nested}`, `*.*.*${nested}`]
})

/** Secrets that arrive inside other text: passwords in connection strings, model keys, API tokens. */
const secretText: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s/@"]+@/gi, '$1:[redacted]@'],
  [/\bsk-[\w-]{12,}/g, '[redacted]'],
  [/\bmosaic_[\w-]{16,}/g, '[redacted]'],
]

/** Masks passwords in connection strings, model keys and API tokens wherever they stand in a text. */
export function redactText(text: string): string {
  return secretText.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
}

/**
 * A logger that writes one JSON object per line (time in ISO 8601, level by name) to stdout, or to `destination`.
 * Fields with a secret's name are replaced, and so are secrets inside messages and stack traces.
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
    hooks: { streamWrite: redactText },
  }
  return pino(options, destination ?? standardOutput())
}

/** A log on a full disk loses lines; it must not take the process with it. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true })
  stream.on('error', () => {})
  return stream
}
