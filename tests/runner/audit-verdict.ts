export type AuditRun = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** `skipped`: nobody could say whether there is something to know; why. */
export type Verdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'vulnerable'; readonly advisories: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string }

type Advisory = {
  readonly severity?: string
  readonly module_name?: string
  readonly title?: string
  readonly url?: string
}

const grave: ReadonlySet<string | undefined> = new Set(['high', 'critical'])

/** What `pnpm audit --json` says: only a report counts, an exit code alone may mean that no registry answered. */
export function verdictOf({ code, stdout, stderr }: AuditRun): Verdict {
  const advisories = advisoriesIn(stdout)
  if (!advisories)
    return { kind: 'skipped', reason: reasonIn(stderr) || `pnpm audit ended with ${code}, without a report` }
  const found = advisories.filter(({ severity }) => grave.has(severity))
  if (found.length === 0) return { kind: 'clean' }
  return { kind: 'vulnerable', advisories: found.map(inWords) }
}

const inWords = ({ severity, module_name: name, title, url }: Advisory) => `${severity}: ${name}: ${title} ${url ?? ''}`

function advisoriesIn(stdout: string): Advisory[] | undefined {
  try {
    const report = JSON.parse(stdout) as { advisories?: Record<string, Advisory> }
    return report.advisories && Object.values(report.advisories)
  } catch {
    return undefined
  }
}

/** In one line, without the frame that pnpm draws around it. */
const reasonIn = (stderr: string): string =>
  stderr
    .replaceAll(/[×│\s]+/g, ' ')
    .trim()
    .slice(0, 200)
