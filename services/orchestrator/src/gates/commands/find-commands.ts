import { posix } from 'node:path'
import { type MechanicalGate, mechanicalGate } from '@mosaic/contracts/quality'
import { type RepositorySettings, settingsFile } from '@mosaic/contracts/repository'
import type { Snapshot } from '../../git/index.ts'
import type { GateCommand, GateCommands, Stated, WorkFolder } from './contract.ts'
import { cargo, go, python } from './languages.ts'
import { make } from './make.ts'
import { node } from './node.ts'

/** What states more comes first. */
const ways = [node, make, python, cargo, go]
const usualMinutes = 15
const mostBytes = 64 * 1024

/**
 * What is run for each gate, by what stands at the base: nobody edits their own gates away. Where the base has nothing to
 * run, what the change brings is run.
 */
export async function findCommands(
  settings: RepositorySettings | null,
  { base, change }: { readonly base: Snapshot; readonly change: Snapshot },
): Promise<GateCommands> {
  const workdir = settings?.workdir ?? '.'
  const [before, after] = await Promise.all([statedIn(base, workdir), statedIn(change, workdir)])
  const found = mechanicalGate.options.flatMap((gate): [MechanicalGate, GateCommand][] => {
    const own = settings?.gates[gate]
    if (own === 'none') return []
    const { run, minutes = usualMinutes, ...more } = own ?? {}
    if (run !== undefined) return [[gate, { run, minutes, ...more, from: settingsFile, isOfChange: false }]]
    const stated = before[gate] ?? after[gate]
    return stated ? [[gate, { ...stated, minutes, isOfChange: !before[gate] }]] : []
  })
  return Object.fromEntries(found)
}

async function statedIn(snapshot: Snapshot, workdir: string): Promise<Stated> {
  const folder = await folderOf(snapshot, workdir)
  return Object.assign({}, ...ways.toReversed().map(({ find }) => find(folder))) as Stated
}

async function folderOf(snapshot: Snapshot, workdir: string): Promise<WorkFolder> {
  const within = (name: string) => (workdir === '.' ? name : posix.join(workdir, name))
  const wanted = [...new Set([...ways.flatMap(({ reads }) => reads), 'Cargo.toml', 'go.mod'])]
  const contents = await snapshot.read(wanted.map(within), mostBytes)
  return {
    names: new Set(wanted.filter((name) => contents.has(within(name)))),
    read: (name) => contents.get(within(name)),
  }
}
