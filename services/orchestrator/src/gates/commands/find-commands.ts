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
const mostFiles = 100

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
  const more = await alsoRead(snapshot, workdir, (name) => contents.has(within(name)))
  return {
    names: new Set([...wanted.filter((name) => contents.has(within(name))), ...more.keys()]),
    read: (name) => contents.get(within(name)) ?? more.get(name),
  }
}

/** Files in folders below that what stands in the working folder may call: by their names from there, the nearest first. */
async function alsoRead(
  snapshot: Snapshot,
  workdir: string,
  isThere: (name: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const names = ways.flatMap(({ reads, alsoReads }) => (alsoReads && reads.some(isThere) ? [alsoReads] : []))
  if (names.length === 0) return new Map()
  const listed = await snapshot.files(...(workdir === '.' ? [] : [workdir]))
  const paths = listed
    .map(({ path }) => path)
    .filter((path) => names.some((name) => name.test(path)))
    .toSorted((one, other) => one.split('/').length - other.split('/').length)
    .slice(0, mostFiles)
  const contents = paths.length > 0 ? await snapshot.read(paths, mostBytes) : new Map<string, string>()
  return new Map([...contents].map(([path, text]) => [posix.relative(workdir, path), text]))
}
