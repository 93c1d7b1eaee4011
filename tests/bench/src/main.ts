// `pnpm bench NAME … [--option …]`: one program per figure of docs/benchmarks.md. Without a name: the list.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'programs')
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''))
const given = process.argv.slice(2)
const firstOption = given.findIndex((argument) => argument.startsWith('--'))
const wanted = firstOption < 0 ? given : given.slice(0, firstOption)
const options = firstOption < 0 ? [] : given.slice(firstOption)

if (wanted.length === 0 || wanted.some((name) => !names.includes(name))) {
  console.error(`usage: pnpm bench NAME … [--option …]\n  ${names.join('\n  ')}`)
  process.exit(wanted.length === 0 ? 0 : 2)
}
for (const name of wanted) {
  const program: { run(options: readonly string[]): Promise<void> } = await import(join(folder, `${name}.ts`))
  await program.run(options)
}
process.exit(0)
