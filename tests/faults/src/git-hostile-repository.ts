import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Random } from './eventstore-random.ts'

const hooks =
  `pre-commit post-commit post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update
  reference-transaction push-to-checkout pre-auto-gc fsmonitor-watchman post-index-change`.split(/\s+/)

/** Keys of git-config(1) whose value is a program, or leads to one. */
const programKeys =
  `alias.status core.alternateRefsCommand core.askPass core.editor core.fsmonitor core.gitProxy core.pager core.sshCommand
  credential.helper diff.e.command diff.e.textconv diff.external filter.e.clean filter.e.process filter.e.smudge
  filter.lfs.clean filter.lfs.process gpg.program hook.e.command merge.e.driver pager.status remote.origin.receivepack
  remote.origin.uploadpack sequence.editor submodule.sub.update tar.e.command uploadpack.packObjectsHook`.split(/\s+/)

/** A repository with one commit, to be copied: its index no longer fits its file, so that git has to look into it. */
export function makeTemplate(folder: string): string {
  const path = join(folder, 'template')
  mkdirSync(path)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: path, stdio: 'pipe' })
  git('init', '--quiet', '--template=', '--initial-branch=main')
  writeFileSync(join(path, 'f.txt'), 'aaaa\n')
  git('add', 'f.txt')
  git('-c', 'user.name=x', '-c', 'user.email=x@example.invalid', 'commit', '--quiet', '--message', 'one')
  return path
}

export type Maker = {
  readonly random: Random
  readonly template: string
  /** The program that every trap starts: it leaves the canary. */
  readonly program: string
  /** The commit that the base branch names as a submodule's. */
  readonly link: string
}

/** Makes a folder a repository that has traps for whoever runs git above it or in it. */
export function makeHostile({ random, template, program, link }: Maker, path: string): void {
  cpSync(template, path, { recursive: true })
  const git = join(path, '.git')
  const coin = (chance = 0.5) => random.next() < chance
  writeFileSync(join(path, 'f.txt'), `bbb${random.between(0, 9)}\n`)
  writeFileSync(join(path, '.gitattributes'), '* filter=e diff=e merge=e\n*.bin filter=lfs\n')
  writeFileSync(join(git, 'config'), configuration(random, program), { flag: 'a' })
  for (const name of hooks) {
    if (coin(0.7)) continue
    mkdirSync(join(git, 'hooks'), { recursive: true })
    cpSync(program, join(git, 'hooks', name))
    chmodSync(join(git, 'hooks', name), 0o755)
  }
  if (coin(0.2)) writeFileSync(join(git, 'HEAD'), `${link}\n`)
  if (coin(0.1)) writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/unborn\n')
  if (coin(0.1)) writeFileSync(join(git, 'index.lock'), '')
  if (coin(0.1)) alternates(git, ['/etc', '../../../../../../..', `${dirname(program)}/objects`])
  if (coin(0.1)) writeFileSync(join(git, 'commondir'), coin() ? `${git}\n` : '/etc\n')
  if (coin(0.1)) rewriteAsLink(random, path)
  if (coin(0.1)) writeFileSync(join(path, '.gitmodules'), modules(program))
}

function configuration(random: Random, program: string): string {
  const chosen = programKeys.filter(() => random.next() < 0.6)
  const lines = chosen.map((key) => {
    const [section = '', ...rest] = key.split('.')
    const name = rest.pop()
    const subsection = rest.length > 0 ? ` "${rest.join('.')}"` : ''
    return `[${section}${subsection}]\n\t${name} = ${key.startsWith('credential') ? '!' : ''}${program}\n`
  })
  const others = [
    `[remote "origin"]\n\turl = ext::${program}\n\tpromisor = true\n`,
    '[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryFormatVersion = 1\n',
    `[core]\n\thooksPath = ${dirname(program)}/hooks\n`,
    `[include]\n\tpath = included\n[includeIf "gitdir:/**"]\n\tpath = ${dirname(program)}/included\n`,
    `[hook "e"]\n${hooks.map((name) => `\tevent = ${name}\n`).join('')}`,
    '[filter "e"]\n\trequired = true\n[status]\n\tsubmoduleSummary = true\n[submodule]\n\trecurse = true\n',
    '[core]\n\tworktree = /\n',
    `[trace2]\n\teventTarget = ${dirname(program)}/canary-of-trace\n`,
    '[protocol "ext"]\n\tallow = always\n[protocol]\n\tallow = always\n',
    `[init]\n\ttemplateDir = ${dirname(program)}\n`,
  ]
  return [...lines, ...others.filter(() => random.next() < 0.2)].join('')
}

function alternates(git: string, paths: readonly string[]): void {
  mkdirSync(join(git, 'objects/info'), { recursive: true })
  writeFileSync(join(git, 'objects/info/alternates'), `${paths.join('\n')}\n`)
}

/** `.git` as a file or a link that leads to where the folder is now. */
function rewriteAsLink(random: Random, path: string): void {
  const elsewhere = join(dirname(path), `${basename(path)}.moved`)
  renameSync(join(path, '.git'), elsewhere)
  if (random.next() < 0.5) writeFileSync(join(path, '.git'), `gitdir: ${elsewhere}\n`)
  else symlinkSync(elsewhere, join(path, '.git'))
}

export const modules = (program: string): string => `[submodule "sub"]
	path = sub
	url = ext::${program}
	update = !${program}
[submodule "../../x"]
	path = ../../x
	url = -oProxyCommand=${program}
[submodule "q"]
	path = "-q"
	url = ssh://-oProxyCommand=${program}/x
`
