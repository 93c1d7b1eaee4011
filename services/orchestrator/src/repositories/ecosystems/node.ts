import { z } from 'zod'
import type { Ecosystem } from '../packages.ts'
import { hostsIn } from './hosts-in.ts'

const manifest = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.unknown()).default({}),
  devDependencies: z.record(z.string(), z.unknown()).default({}),
})

const managers = [
  { manager: 'npm', lockfile: 'package-lock.json', run: 'npm ci', cache: 'npm' },
  { manager: 'npm', lockfile: 'npm-shrinkwrap.json', run: 'npm ci', cache: 'npm' },
  { manager: 'pnpm', lockfile: 'pnpm-lock.yaml', run: 'pnpm install --frozen-lockfile', cache: 'pnpm' },
  { manager: 'yarn', lockfile: 'yarn.lock', run: 'yarn install --frozen-lockfile', cache: null },
] as const
const unlocked = { manager: 'npm', lockfile: null, run: 'npm install --no-package-lock', cache: 'npm' } as const

const usualHost = 'registry.npmjs.org'
/** What npm's own scripts leave in place of tests. */
const noTests = /no test specified/

export const node: Ecosystem = {
  reads: ['package.json', '.npmrc', '.nvmrc', '.node-version', ...managers.map(({ lockfile }) => lockfile)],
  look({ names, read }) {
    const parsed = manifest.safeParse(jsonOf(read('package.json')))
    if (!parsed.success) return undefined
    const { scripts, dependencies, devDependencies } = parsed.data
    const { manager, lockfile, run, cache } = managers.find((each) => names.has(each.lockfile)) ?? unlocked
    if (!lockfile && Object.keys({ ...dependencies, ...devDependencies }).length === 0) return undefined
    const named = [...hostsIn(read('.npmrc') ?? ''), ...hostsIn(resolvedIn(lockfile ? read(lockfile) : undefined))]
    const hosts = [...new Set(named.length > 0 ? named : [usualHost])]
    const hasTests = scripts['test'] !== undefined && !noTests.test(scripts['test'])
    return {
      manager,
      manifest: 'package.json',
      lockfile,
      program: manager,
      run,
      inputs: ['package.json', ...(lockfile ? [lockfile] : []), ...(names.has('.npmrc') ? ['.npmrc'] : [])],
      outputs: ['node_modules'],
      hosts,
      cache,
      test: hasTests ? `${manager} test` : null,
      version: (read('.nvmrc') ?? read('.node-version'))?.trim() || null,
    }
  },
}

/** Where packages come from; addresses that a lockfile holds besides are of homepages and funding. */
const resolvedIn = (lockfile = ''): string =>
  lockfile
    .split('\n')
    .filter((line) => /\b(?:resolved|tarball)\b/.test(line))
    .join('\n')

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
