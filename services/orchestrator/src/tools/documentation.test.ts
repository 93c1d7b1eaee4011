import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Tool, tools } from './index.ts'

const page = join(import.meta.dirname, '../../../../docs/tools.md')

const yes = (flag: boolean) => (flag ? 'yes' : 'no')
const rowOf = ({ name, runs, repeatable, description }: Tool) =>
  `| \`${name}\` | ${runs} | ${yes(repeatable)} | ${description.replaceAll('|', String.raw`\|`)} |`

/** Written from the list: `vitest run --project unit documentation -u` writes it anew. */
test('docs/tools.md says what the list of tools says', async () => {
  const text = `# What an agent can do

The tools of our own runtime (\`services/orchestrator/src/tools/\`), as one list of values. *Runs*: \`sandbox\` in the agent's
sandbox, which a pause freezes; \`outside\` on its worktree by the orchestrator, which a pause waits for; \`waiting\` on sessions,
giving way to a pause. *Asked again*: a call that a crash cut off is made once more, because that changes nothing; a call
of any other tool is told to the model as interrupted. Every answer is redacted and cut to size the same way.

| tool | runs | asked again | what the model is told of it |
|---|---|---|---|
${tools.map(rowOf).join('\n')}
`
  await expect(text).toMatchFileSnapshot(page)
})
