import type { GateDetail } from '@mosaic/contracts/quality'
import { settingsFile } from '@mosaic/contracts/repository'
import type { Change } from '../git/index.ts'

/** What states or runs the gates themselves. */
const ofGates: readonly [RegExp, string][] = [
  [new RegExp(`^${settingsFile.replace('.', String.raw`\.`)}$`), 'it states what agents may do here, and the gates'],
  [
    /^\.github\/(workflows|actions)\/|^\.gitlab-ci\.yml$|^\.circleci\/|^Jenkinsfile$|^azure-pipelines\.yml$|^\.drone\.yml$/,
    'it is what CI runs',
  ],
  [/(^|\/)(package\.json|Makefile|pyproject\.toml|tox\.ini|setup\.cfg)$/, 'it may state what the gates run'],
  [
    /(^|\/)((vitest|jest|playwright|eslint|biome|tsconfig)[\w.-]*|\.eslintrc\S*|\.oxlintrc\S*|ruff\.toml|mypy\.ini|pytest\.ini)$/,
    'it sets what a gate looks at',
  ],
]
const isTest = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.\w+$|(^|\/)test_\w+\.py$|_test\.\w+$/
const asserts = /\b(assert\w*|expect|should|require)\b\s*[(.!]|\bassert\s/
const skips = /\.(skip|only|todo)\b|\b(xit|xdescribe|xtest)\b|@pytest\.mark\.skip|\bt\.Skip\(|#\[ignore\]/

/** What a reviewer should look at twice in a change. */
export function warningsOf({ files, texts }: Pick<Change, 'files' | 'texts'>): GateDetail[] {
  return files.flatMap(({ path }) => {
    const reasons = ofGates.flatMap(([pattern, why]) => (pattern.test(path) ? [`is changed: ${why}`] : []))
    const { gone = [], come = [] } = texts.get(path) ?? {}
    if (isTest.test(path)) {
      const lost = count(gone, asserts) - count(come, asserts)
      if (lost > 0) reasons.push(`${lost} ${lost === 1 ? 'assertion is' : 'assertions are'} gone from this test`)
      if (count(come, skips) > count(gone, skips)) reasons.push('tests are skipped in it that were not before')
    }
    return reasons.map((output) => ({ file: path, output }))
  })
}

const count = (lines: readonly string[], pattern: RegExp) => lines.filter((line) => pattern.test(line)).length
