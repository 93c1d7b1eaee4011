import { parse } from 'yaml'
import { z } from 'zod'
import type { Snapshot, SnapshotFile } from '../git/index.ts'

/** A way of doing a kind of work, which the repository describes in a file: told by name, and read when it is needed. */
export type Skill = { readonly name: string; readonly description: string; readonly path: string }

/** In the order in which they count, where two skills have one name. */
const folders = ['.claude/skills', 'skills']
const mostSkills = 50
/** A larger file is no skill; of the description so much is told, of all of them together so much. */
const mostBytes = 256 * 1024
const mostDescription = 500
const mostInAll = 12_000

const frontMatter = z.object({ name: z.string().max(64).optional(), description: z.string().trim().min(1) })

const known = new WeakMap<Snapshot, Promise<Skill[]>>()

/** The skills as they stand in a commit: folders with a `SKILL.md` that says by its front matter what it is for. */
export function readSkills(snapshot: Snapshot): Promise<Skill[]> {
  const reading = known.get(snapshot) ?? skillsIn(snapshot)
  known.set(snapshot, reading)
  reading.catch(() => known.delete(snapshot))
  return reading
}

async function skillsIn(snapshot: Snapshot): Promise<Skill[]> {
  const paths = (await snapshot.files(...folders)).flatMap(skillPath).slice(0, mostSkills)
  if (paths.length === 0) return []
  const contents = await snapshot.read(paths, mostBytes)
  const names = new Set<string>()
  let room = mostInAll
  return paths.flatMap((path) => {
    const skill = skillOf(path, contents.get(path) ?? '')
    if (!skill || names.has(skill.name) || skill.description.length > room) return []
    names.add(skill.name)
    room -= skill.description.length
    return [skill]
  })
}

/** A folder's name that would break out of its line is none of a skill's. */
function skillPath({ path }: SnapshotFile): string[] {
  return /^(?:\.claude\/)?skills\/[^/\p{Cc}]{1,100}\/SKILL\.md$/u.test(path) ? [path] : []
}

function skillOf(path: string, content: string): Skill | undefined {
  const [, head] = /^---\r?\n([\s\S]{1,8000}?)\r?\n---(?:\r?\n|$)/.exec(content) ?? []
  if (head === undefined) return undefined
  const { data } = frontMatter.safeParse(yamlOf(head))
  const folder = path.split('/').at(-2) ?? ''
  return (
    data && { path, name: oneLine(data.name ?? folder, 64), description: oneLine(data.description, mostDescription) }
  )
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, logLevel: 'silent' })
  } catch {
    return undefined
  }
}

const oneLine = (text: string, most: number) =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
