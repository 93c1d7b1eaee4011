// `pnpm bench NAME …`: one program per figure of docs/benchmarks.md. Without a name: the list.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'programs')
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''))
const wanted = process.argv.slice(2)

if (wanted.length === 0 || wanted.some((name) => !names.includes(name))) {
  console.error(`usage: pnpm bench NAME …\n  ${names.join('\n  ')}`)
  process.exit(wanted.length === 0 ? 0 : 2)
}
for (const name of wanted) {
  const program: { run(): Promise<void> } = await import(join(folder, `${name}.ts`))
  await program.run()
}
process.exit(0)
