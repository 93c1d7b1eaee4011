import { execFile } from 'node:child_process'
import { posix } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What merging and committing runs, in githooks(5). */
const events =
  `pre-merge-commit pre-commit prepare-commit-msg commit-msg post-commit post-merge post-checkout post-rewrite
  post-index-change reference-transaction pre-auto-gc`.split(/\s+/)
const nothingRuns = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  ...events.map((name) => `hook.${name}.enabled=false`),
]

/** What git starts while it writes files and merges them, where attributes say so; the branch may hold other attributes. */
const drivers = String.raw`^(filter\..*\.(clean|smudge|process)|merge\..*\.driver)$`

export type PersonsGit = (...args: string[]) => Promise<string>

/**
 * git in the person's own repository, with their configuration, but for hooks and monitors: with `core.hooksPath` on a
 * folder of the repository, as many have it, those are files that an agent has written, and would run here with the
 * person's rights and before they have looked at them.
 */
export async function personsGit(folder: string): Promise<PersonsGit> {
  const plain: PersonsGit = async (...args) =>
    (await run('git', ['-C', folder, ...args], { maxBuffer: 16 * 1024 ** 2 })).stdout.trim()
  const known = await settings(plain, String.raw`^hook\..*\.command$`)
  const named = known.map(({ key }) => `${key.replace(/command$/, 'enabled')}=false`)
  const off = [...nothingRuns, ...named].flatMap((setting) => ['-c', setting])
  return (...args) => plain(...off, ...args)
}

/**
 * Filters and merge drivers are the person's, and files need them (Git LFS); what their configuration includes may lie in
 * the repository. What of these the branch changes is the agent's: @throws Error that names it
 */
export async function refuseChangedPrograms(git: PersonsGit, ref: string): Promise<void> {
  const names = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', `HEAD...${ref}`]
  // Without a common commit nothing is merged anyway.
  const changed = (await git(...names).catch(() => '')).split('\0').filter((name) => name !== '')
  const root = await git('rev-parse', '--show-toplevel').catch(() => '')
  const included = (await configurationFiles(git, root)).find((file) => changed.includes(file))
  if (included !== undefined) throw changedByBranch(`${included} is part of your git configuration`)
  for (const { key, value } of await settings(git, drivers)) {
    const words = wordsOf(value, root)
    const program =
      words.find((word) => changed.some((name) => isPartOf(word, name))) ??
      words.flatMap((word) => manifestsOf(word)).find((manifest) => changed.some((name) => isCalled(manifest, name)))
    const driver = key.split('.').slice(0, -1).join('.')
    if (program !== undefined) throw changedByBranch(`${driver} of your git configuration runs ${program}`)
  }
}

const changedByBranch = (what: string): Error =>
  new Error(`${what}, and the branch changes that: look at it, and merge by hand`)

/** Those of the repository, as paths from its root. */
async function configurationFiles(git: PersonsGit, root: string): Promise<string[]> {
  const listed = await git('config', '--null', '--show-origin', '--name-only', '--list')
  const files = listed.split('\0').flatMap((origin) => /^file:(.+)$/s.exec(origin)?.[1] ?? [])
  return [...new Set(files)].map((file) => posix.relative(root, posix.resolve(root, file)))
}

/** `git config` answers 1 where there is none. */
const settings = async (git: PersonsGit, pattern: string): Promise<{ key: string; value: string }[]> => {
  const found = await git('config', '--null', '--get-regexp', pattern).catch(() => '')
  return found.split('\0').flatMap((entry) => {
    const [key = '', ...value] = entry.split('\n')
    return key === '' ? [] : [{ key, value: value.join('\n') }]
  })
}

/** What could be a path of the repository, as seen from its root, where git starts drivers. */
const wordsOf = (command: string, root: string): string[] =>
  command.split(/[\s'"`;|&()<>=]+/).flatMap((word) => {
    const inside = root !== '' && word.startsWith(`${root}/`) ? word.slice(root.length + 1) : word
    return inside === '' || inside.startsWith('-') ? [] : [posix.normalize(inside)]
  })

/** The program itself, or what lies in or beside it, which it may be made of. */
function isPartOf(program: string, changed: string): boolean {
  const folder = posix.dirname(program)
  return (
    changed === program || changed.startsWith(`${program}/`) || (folder !== '.' && changed.startsWith(`${folder}/`))
  )
}

const javaScript = ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', 'pnpm-workspace.yaml']

/** Programs that run what a file of the folder says, and the names of such files. */
const runners: readonly (readonly [programs: string, manifests: readonly string[]])[] = [
  ['npm npx pnpm pnpx yarn corepack bun bunx node deno', [...javaScript, 'bunfig.toml', 'deno.json', 'deno.jsonc']],
  ['make gmake', ['GNUmakefile', 'makefile', 'Makefile']],
  ['just', ['justfile', 'Justfile', '.justfile']],
  ['task', ['Taskfile.yml', 'Taskfile.yaml']],
  ['mise asdf', ['mise.toml', '.mise.toml', '.tool-versions']],
  ['nix direnv', ['flake.nix', 'default.nix', 'shell.nix', '.envrc']],
  [
    'uv uvx poetry pipx pdm hatch tox nox pre-commit',
    ['pyproject.toml', 'tox.ini', 'noxfile.py', 'uv.toml', '.pre-commit-config.yaml'],
  ],
  ['rake bundle', ['Rakefile', 'Gemfile', 'rakefile']],
  ['cargo', ['Cargo.toml', 'config.toml', 'build.rs']],
  ['go', ['go.mod', 'go.work']],
  ['mvn gradle ant', ['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'build.xml']],
  ['composer', ['composer.json']],
]

/** What such a program does is written there: with that the agent would choose what runs. */
const manifestsOf = (word: string): readonly string[] =>
  runners.find(([programs]) => programs.split(' ').includes(posix.basename(word)))?.[1] ?? []

/** In any folder: who runs them may look below, and above. */
const isCalled = (manifest: string, changed: string): boolean => posix.basename(changed) === manifest
