// The repository that the demo mission works on: a small money library with a plausible past and one failing test.
//
//     node services/scripted-model/demo/create-repository.ts TARGET
//
// Safe to run twice and to interrupt: TARGET appears complete or not at all, and one that is there stays as it is.
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

interface Chapter {
  folder: string
  author: string
  date: string
  message: string
}

/** Folders under `history/`, laid over each other one commit at a time. */
const chapters: Chapter[] = [
  {
    folder: '1-money',
    author: 'Ida Lindqvist <ida@small-change.example>',
    date: '2024-03-04T09:12:00+01:00',
    message: 'Amounts in whole minor units\n\nNo floats: 0.1 + 0.2 has no place on an invoice.',
  },
  {
    folder: '2-rounding',
    author: 'Ida Lindqvist <ida@small-change.example>',
    date: '2024-03-05T16:40:00+01:00',
    message: "Tax, rounded half to even\n\nBanker's rounding, as agreed with the accountants: rounding up drifts.",
  },
  {
    folder: '3-allocate',
    author: 'Tomás Rey <tomas@small-change.example>',
    date: '2024-03-11T11:05:00+01:00',
    message: 'Split an amount without losing a cent',
  },
  {
    folder: '4-invoice',
    author: 'Tomás Rey <tomas@small-change.example>',
    date: '2024-03-18T10:22:00+01:00',
    message: 'Invoices with totals per line and in all',
  },
  {
    folder: '5-credit-notes',
    author: 'Ida Lindqvist <ida@small-change.example>',
    date: '2024-04-02T17:55:00+02:00',
    message: 'Credit notes\n\nThe last test is red: a credit note is a cent off its invoice. Needs a look.',
  },
]

const marker = 'mosaic.demo'

/** Makes the repository at `target` (branch `main`), unless it is there already. Rejects for a folder with other contents. */
export async function createDemoRepository(target: string): Promise<'created' | 'kept'> {
  const folder = resolve(target)
  const present = await readdir(folder).catch(() => undefined)
  if (present && present.length > 0) {
    const mark = await git(folder, 'config', '--local', marker).catch(() => '')
    if (mark.trim() === 'small-change') return 'kept'
    throw new Error(`${folder} is not empty and not the demo repository`)
  }
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`))
  try {
    await chmod(draft, 0o755)
    await git(draft, 'init', '--quiet', '--initial-branch=main')
    for (const chapter of chapters) await commit(draft, chapter)
    await git(draft, 'config', marker, 'small-change')
    if (present) await rmdir(folder)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
  return 'created'
}

async function commit(repository: string, { folder, author, date, message }: Chapter): Promise<void> {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? []
  await cp(join(import.meta.dirname, 'history', folder), repository, { recursive: true })
  await git(repository, 'add', '--all')
  const identity = ['-c', `user.name=${name}`, '-c', `user.email=${email}`]
  await git(repository, ...identity, 'commit', '--quiet', `--date=${date}`, `--message=${message}`)
}

/** Git without the user's settings: no hooks, no signing, the same commits on every machine. */
async function git(folder: string, ...args: string[]): Promise<string> {
  const date = args.find((arg) => arg.startsWith('--date='))?.slice('--date='.length)
  const { stdout } = await promisify(execFile)('git', args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ...(date ? { GIT_COMMITTER_DATE: date } : {}),
    },
  })
  return stdout
}

if (import.meta.main) {
  const [target] = process.argv.slice(2)
  if (target === undefined) {
    console.error('usage: create-repository.ts TARGET')
    process.exitCode = 2
  } else {
    console.log(`${resolve(target)}: ${await createDemoRepository(target)}`)
  }
}
