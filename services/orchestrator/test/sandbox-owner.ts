import { eventually } from '@mosaic/kit'
import { TestSandbox } from './sandboxes.ts'
import { sandboxProviders } from '../src/sandbox/choose-provider.ts'

// For a test: plants a tree of processes in a sandbox, says which, and waits to be killed.
const [, , kind, tree = ''] = process.argv
const provider = sandboxProviders().find((candidate) => candidate.kind === kind)
if (!provider) throw new Error(`no provider ${kind}`)
const test = await TestSandbox.start(provider)
await test.run(tree)
await eventually('the whole tree', async () => (await test.sandbox.descendants()).length >= 10)
process.stdout.write(`${JSON.stringify({ sessionId: test.sessionId, pids: await test.sandbox.descendants() })}\n`)
setInterval(() => undefined, 60_000)
