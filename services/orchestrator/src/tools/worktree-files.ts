import { constants, existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { ToolRefusal } from './refusal.ts'

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants
const maxLinks = 8
const hasDescriptorPaths = existsSync('/proc/self/fd')

/** The path below the root that a tool's input means, or a refusal. Absolute paths count where they lie inside. */
export function relativePath(root: string, path: string): string {
  if (path.includes('\0')) throw new ToolRefusal('PATH_INVALID', 'The path holds a NUL character.')
  const inside = isAbsolute(path) ? relative(root, path) : relative(root, join(root, path))
  if (inside === '..' || inside.startsWith('../')) throw outside(path)
  if (isGits(inside)) throw ofGit()
  return inside
}

const isGits = (inside: string): boolean => inside === '.git' || inside.startsWith('.git/')
const ofGit = () => new ToolRefusal('PATH_OUTSIDE_WORKTREE', 'What is under .git is not the agent’s to read or write.')

/**
 * Opens a file of the worktree. Programs in the sandbox may be changing folders into links meanwhile, so a path is
 * not checked and then used: every folder on the way is opened, the kernel is asked where it really is, and the
 * next step starts from the open folder (what openat2(2) calls RESOLVE_BENEATH).
 */
export async function openInside(root: string, path: string, flags: number, mode = 0o644): Promise<FileHandle> {
  const realRoot = await realpath(root)
  return openStep(realRoot, relativePath(root, path), { flags, mode, links: 0 })
}

type Opening = { readonly flags: number; readonly mode: number; readonly links: number }

async function openStep(root: string, path: string, opening: Opening): Promise<FileHandle> {
  if (path === '') throw new ToolRefusal('NOT_A_FILE', 'That is a folder.')
  const creates = (opening.flags & constants.O_CREAT) !== 0
  const folder = await openFolder(root, dirname(path), creates)
  try {
    // Where a link has led back, the path does not tell.
    if (isGits(relative(root, join(folder.real, basename(path))))) throw ofGit()
    const name = join(folder.path, basename(path))
    const file = await open(name, opening.flags | O_NOFOLLOW | O_NONBLOCK, opening.mode).catch(
      (error: unknown) => error,
    )
    if (isHandle(file)) return await asFile(file, folder.handle)
    if (codeOf(file) !== 'ELOOP') throw file
    return await followLink(root, name, { ...opening, links: opening.links + 1 })
  } finally {
    await folder.handle.close()
  }
}

/** Links inside the worktree are fine as long as they lead to the inside. */
async function followLink(root: string, name: string, opening: Opening): Promise<FileHandle> {
  if (opening.links > maxLinks) throw new ToolRefusal('PATH_INVALID', 'Too many links.')
  const link = await readlink(name)
  const target = isAbsolute(link) ? link : join(await realpath(dirname(name)), link)
  return openStep(root, relativePath(root, target), opening)
}

async function openFolder(root: string, path: string, create: boolean) {
  let handle = await open(root, O_RDONLY | O_DIRECTORY)
  let at = root
  for (const segment of path.split('/').filter((part) => part !== '' && part !== '.')) {
    const previous = handle
    try {
      const name = join(pathOf(handle, at), segment)
      if (create) await mkdirOwned(name, previous)
      handle = await open(name, O_RDONLY | O_DIRECTORY)
      at = hasDescriptorPaths ? await readlink(`/proc/self/fd/${handle.fd}`) : await realpath(name)
    } finally {
      await previous.close()
    }
    if (at !== root && !at.startsWith(`${root}/`)) {
      await handle.close()
      throw outside(path)
    }
  }
  return { handle, path: pathOf(handle, at), real: at }
}

const pathOf = (handle: FileHandle, realPath: string): string =>
  hasDescriptorPaths ? `/proc/self/fd/${handle.fd}` : realPath

async function mkdirOwned(name: string, parent: FileHandle): Promise<void> {
  const made = await mkdir(name).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    },
  )
  if (!made) return
  const folder = await open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  await giveToOwnerOf(parent, folder)
  await folder.close()
}

/** Pipes and devices would block or do worse. */
async function asFile(file: FileHandle, folder: FileHandle): Promise<FileHandle> {
  const stat = await file.stat()
  if (stat.isFile()) {
    await giveToOwnerOf(folder, file)
    return file
  }
  await file.close()
  throw new ToolRefusal('NOT_A_FILE', stat.isDirectory() ? 'That is a folder.' : 'That is not a regular file.')
}

/** Root's files in a worktree that belongs to the sandbox's user would be out of the agent's reach. */
async function giveToOwnerOf(folder: FileHandle, made: FileHandle): Promise<void> {
  if (process.getuid?.() !== 0) return
  const [owner, now] = [await folder.stat(), await made.stat()]
  if (owner.uid !== now.uid && now.uid === 0) await made.chown(owner.uid, owner.gid)
}

function outside(path: string): ToolRefusal {
  return new ToolRefusal('PATH_OUTSIDE_WORKTREE', `${JSON.stringify(path.slice(0, 200))} leads out of the worktree.`)
}

const isHandle = (value: unknown): value is FileHandle => typeof value === 'object' && value !== null && 'fd' in value
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code
