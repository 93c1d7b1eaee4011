// Command line, scenario loop and comparison, shared by every probe of this kind.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Context, sleep } from './context.mjs'

/** Of one scenario. Those that write 500 events one after the other take a second, on a busy machine twenty. */
const TIMEOUT = 60_000

/** Path of the first difference between two JSON values, or undefined. */
export function firstDifference(expected, observed, path = '$') {
  if (Object.is(expected, observed)) return undefined
  const isObject = (v) => typeof v === 'object' && v !== null
  if (!isObject(expected) || !isObject(observed) || Array.isArray(expected) !== Array.isArray(observed)) {
    return { path, expected, observed }
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(observed)])) {
    const d = firstDifference(
      expected[key],
      observed[key],
      Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`,
    )
    if (d) return d
  }
  return undefined
}

async function runOne(name, scenario, url) {
  const t = new Context(url, name)
  let timer
  const timeout = new Promise((r) => {
    timer = setTimeout(r, TIMEOUT, { timeout: true })
  })
  const outcome = (async () => t.normalise(await scenario(t)))().catch((e) => ({
    threw: t.normalise(`${e?.constructor?.name}: ${e?.message ?? e}`),
  }))
  const result = await Promise.race([outcome, timeout])
  clearTimeout(timer)
  await Promise.race([t.cleanup(), sleep(2000)])
  return result
}

/** Runs { name: scenario } as asked on the command line. */
export async function main(scenarios) {
  const {
    values: flags,
    positionals: [url],
  } = parseArgs({
    allowPositionals: true,
    options: {
      expect: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean' },
      times: { type: 'boolean' },
    },
  })
  if (!url) {
    console.error(
      'usage: node probe.mjs "esdb://host:port?tls=false" [--expect expected.json] [--only regex] [--json] [--times]',
    )
    process.exit(2)
  }
  // The client may report a broken stream nobody listens to any more; such strays are no result.
  process.on('uncaughtException', (e) => flags.times && console.error('stray', e?.message))
  process.on('unhandledRejection', (e) => flags.times && console.error('stray', e?.message))

  const only = flags.only && new RegExp(flags.only)
  const results = {}
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (only && !only.test(name)) continue
    const start = Date.now()
    results[name] = await runOne(name, scenario, url)
    if (flags.times) console.error(`${String(Date.now() - start).padStart(6)} ms  ${name}`)
  }
  if (!flags.expect) {
    process.stdout.write(`${JSON.stringify(results, null, 1)}\n`, () => process.exit(0))
    return
  }
  const expected = JSON.parse(readFileSync(flags.expect, 'utf8'))
  const failures = Object.entries(results)
    .map(([scenario, observed]) => Object.assign({ scenario }, firstDifference(expected[scenario], observed)))
    .filter((f) => f.path)
  const passed = Object.keys(results).length - failures.length
  const report = flags.json
    ? JSON.stringify({ passed, failed: failures.length, failures }, null, 1)
    : [
        ...failures.map(
          (f) =>
            `${f.scenario} ${f.path}: expected ${JSON.stringify(f.expected)}, observed ${JSON.stringify(f.observed)}`,
        ),
        `${passed} passed, ${failures.length} failed`,
      ].join('\n')
  process.stdout.write(`${report}\n`, () => process.exit(failures.length ? 1 : 0))
}
