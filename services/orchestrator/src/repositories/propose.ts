import type { Toolchain } from '@mosaic/contracts/repository'
import { stringify } from 'yaml'
import type { Packages } from './packages.ts'
import { isUsual } from './toolchains.ts'

const head = `# How agents of Mosaic get what this repository needs. Read from the branch that an agent starts from; an operator
# approves it once: mosaic repo approve PATH. All that can be said here: docs/repositories.md.
`

/** The text of a settings file for what was found: as little as will do. */
export function propose(packages: readonly Packages[], toolchains: readonly Toolchain[]): string {
  const folder = packages[0]?.folder ?? '.'
  const caches = [...new Set(packages.flatMap(({ cache }) => (cache === null ? [] : [cache])))]
  const chosen = [...new Set(packages.flatMap((each) => toolchainFor(each, toolchains) ?? []))]
  const settings = {
    ...(folder !== '.' && { workdir: folder }),
    ...(chosen.length > 0 && { toolchains: chosen }),
    ...(packages.length > 0 && { setup: packages.map(stepOf) }),
    ...(caches.length > 0 && { caches }),
    network: 'none',
  }
  return head + stringify(settings, { flowCollectionPadding: false, lineWidth: 110 })
}

const stepOf = ({ manager, run, inputs, outputs, hosts }: Packages) => ({
  name: `${manager} packages`,
  run,
  inputs,
  ...(outputs.length > 0 && { outputs }),
  hosts,
})

/** The version that the repository asks for; any, where sandboxes have none without. */
function toolchainFor({ program, version }: Packages, toolchains: readonly Toolchain[]): string | undefined {
  const able = toolchains.filter(({ programs }) => programs.includes(program))
  const wanted = version?.replace(/^v/, '')
  const exact = wanted && able.find(({ name }) => isVersion(name.split(':').at(-1)!, wanted))
  if (exact) return exact.name
  return isUsual(program) ? undefined : able.at(-1)?.name
}

/** Whether `v22.3.0` is one of `22`. */
function isVersion(name: string, wanted: string): boolean {
  const version = name.replace(/^.*@/, '').replace(/^v/, '')
  return version === wanted || version.startsWith(`${wanted}.`)
}
