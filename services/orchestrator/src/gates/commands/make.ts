import type { MechanicalGate } from '@mosaic/contracts/quality'
import { shellWord } from '../../sandbox/index.ts'
import type { FindStated, Stated, WorkFolder } from './contract.ts'

const targets: Readonly<Record<MechanicalGate, readonly string[]>> = {
  types: ['typecheck', 'types'],
  lint: ['lint'],
  tests: ['test', 'tests', 'check'],
  coverage: ['coverage'],
  build: ['build'],
}
const from = 'Makefile'

/**
 * Its text goes with the command, and so does that of the Makefiles and included files below, which its targets may call
 * (`$(MAKE) -C lib test`, or `$(MAKE) unit` in the same folder): what stands in the change's own files is not asked.
 */
export const make: FindStated = {
  reads: [from],
  alsoReads: /(^|\/)(Makefile|[\w.-]+\.mk)$/,
  find(folder) {
    const text = folder.read(from)
    if (text === undefined) return {}
    const known = new Set([...text.matchAll(/^([\w.-]+)\s*:(?!=)/gm)].map(([, name]) => name))
    const put = puttingAll(folder, text)
    const stated: { -readonly [Gate in MechanicalGate]?: Stated[Gate] } = {}
    for (const [gate, candidates] of Object.entries(targets) as [MechanicalGate, readonly string[]][]) {
      const target = candidates.find((each) => known.has(each))
      if (target === undefined) continue
      const run = `${put}\n${makes(target)}`
      stated[gate] = { run, from, ...(gate === 'coverage' && { report: 'coverage/lcov.info' }) }
    }
    return stated
  },
}

/** By its name, also in folders below: another one that make would prefer (`GNUmakefile`) is the change's own. */
const makes = (target: string) => `make -f ${from} MAKE='make -f ${from}' ${target}
code=$?
cp -Rp "$own/." . && exit $code`

/** A command is one argument, which may not be longer than 128 KB with all its quotes. */
const mostCharacters = 48_000
const end = 'END_OF_THE_STATED_MAKEFILE'

/** What the change has in their places is kept beside, and stands there again afterwards: other gates look at it. */
const beginning = `own=$(mktemp -d)
put() {
  if [ -e "$1" ]; then mkdir -p "$own/$(dirname "$1")" && cp -p "$1" "$own/$1"; fi
  rm -f "$1" && mkdir -p "$(dirname "$1")" && cat >"$1"
}`

function puttingAll({ names, read }: WorkFolder, text: string): string {
  const others = [...names].filter((name) => name !== from && make.alsoReads!.test(name))
  let room = mostCharacters
  const below = others.flatMap((name) => {
    const stated = read(name) ?? ''
    room -= stated.length
    return room < 0 ? [] : [putting(name, stated)]
  })
  return [beginning, putting(from, text), ...below].join('\n')
}

const putting = (name: string, text: string) => `put ${shellWord(name)} <<'${end}' || exit\n${text}\n${end}`
