import { posix } from 'node:path'
import type { GateDetail } from '@mosaic/contracts/quality'

/** By file, which lines a program can reach, and whether tests have. */
export type Covered = ReadonlyMap<string, ReadonlyMap<number, boolean>>

/** A report of either form that is common: lcov's, or Go's profile. `relative` makes its paths those of the repository. */
export const readReport = (text: string, relative: (path: string) => string): Covered =>
  text.startsWith('mode:') ? readProfile(text, relative) : readLcov(text, relative)

function readLcov(text: string, relative: (path: string) => string): Covered {
  const files = new Map<string, Map<number, boolean>>()
  let lines = new Map<number, boolean>()
  for (const row of text.split('\n')) {
    const file = /^SF:(.+)$/.exec(row)?.[1]
    if (file !== undefined) files.set(relative(file.trim()), (lines = new Map()))
    const [, line, hits] = /^DA:(\d+),(\d+)/.exec(row) ?? []
    if (line !== undefined) lines.set(Number(line), Number(hits) > 0)
  }
  return files
}

function readProfile(text: string, relative: (path: string) => string): Covered {
  const files = new Map<string, Map<number, boolean>>()
  for (const row of text.split('\n').slice(1)) {
    const [, file, first, last, hits] = /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/.exec(row) ?? []
    if (file === undefined) continue
    const lines = files.get(relative(file)) ?? new Map<number, boolean>()
    files.set(relative(file), lines)
    for (let line = Number(first); line <= Number(last); line += 1)
      lines.set(line, (lines.get(line) ?? false) || Number(hits) > 0)
  }
  return files
}

export type CoverageRule = {
  /** Of the lines that the change has added, or of all that the report knows. */
  readonly of: 'changed' | 'repository'
  /** From 0 to 100. */
  readonly least: number
}

/** Tests are not asked to be covered. */
const isTest = (path: string) =>
  /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.\w+$|(^|\/)test_\w+\.py$|_test\.\w+$/.test(path)

const mostLines = 40

/** Whether enough is covered, and which lines are not. */
export function judgeCoverage(
  covered: Covered,
  added: ReadonlyMap<string, readonly number[]>,
  { of, least }: CoverageRule,
): { readonly passed: boolean; readonly details: GateDetail[] } {
  const known = new Set([...covered.keys()].map((path) => posix.extname(path)))
  const lines = (of === 'repository' ? allLines(covered) : changedLines(covered, added, known)).filter(
    ({ file }) => !isTest(file),
  )
  const missed = lines.filter(({ isCovered }) => !isCovered)
  const share = lines.length === 0 ? 100 : ((lines.length - missed.length) / lines.length) * 100
  const whose = of === 'repository' ? 'lines' : 'changed lines'
  const sum = {
    output: `${lines.length - missed.length} of ${lines.length} ${whose} are covered (${share.toFixed(1)} %, at least ${least} %)`,
  }
  const passed = share >= least
  const named = passed
    ? []
    : missed.slice(0, mostLines).map(({ file, line }) => ({ file, line, output: 'not covered' }))
  return { passed, details: [...named, sum] }
}

type Line = { readonly file: string; readonly line: number; readonly isCovered: boolean }

const allLines = (covered: Covered): Line[] =>
  [...covered].flatMap(([file, lines]) => [...lines].map(([line, isCovered]) => ({ file, line, isCovered })))

/** A source that no test has even loaded stands in no report: none of its lines is covered. */
function changedLines(
  covered: Covered,
  added: ReadonlyMap<string, readonly number[]>,
  known: ReadonlySet<string>,
): Line[] {
  return [...added].flatMap(([file, numbers]) => {
    const lines = covered.get(file)
    if (!lines && !known.has(posix.extname(file))) return []
    return numbers.flatMap((line) => {
      const isCovered = lines ? lines.get(line) : false
      return isCovered === undefined ? [] : [{ file, line, isCovered }]
    })
  })
}
