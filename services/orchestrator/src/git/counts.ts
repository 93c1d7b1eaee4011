import type { Work } from './work.ts'

export type Counts = { readonly files: number; readonly insertions: number; readonly deletions: number }

/** What a commit changes against its first parent. */
export const countsOf = (work: Work, commit: string): Promise<Counts> => countsBetween(work, `${commit}^1`, commit)

export async function countsBetween(
  work: Work,
  from: string,
  to: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const options = ['--shortstat', '--no-ext-diff', '--no-renames']
  const counts = await work.read(['diff-tree', ...options, from, to, '--'], { env })
  const count = (word: string) => Number(new RegExp(String.raw`(\d+) ${word}`).exec(counts)?.[1] ?? 0)
  return { files: count('file'), insertions: count('insertion'), deletions: count('deletion') }
}
