import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

/** Takes ports as an instance does that begins; several at once meet each other. */
const taking = `
  import { machinePorts } from ${JSON.stringify(join(import.meta.dirname, 'ports.ts'))}
  const [folder, first, count] = process.argv.slice(1)
  const ports = machinePorts('127.0.0.1', folder)
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const taken = []
  for (let port = Number(first); port < Number(first) + Number(count); port++) if (await ports.take(port)) taken.push(port)
  process.stdout.write(JSON.stringify(taken) + '\\n')
  await new Promise((resolve) => process.stdin.once('end', resolve).resume())
  process.exit()`

const [first, count, instances] = [19_000, 150, 6]

test('instances that began at the same moment were given the same ports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-ports-race-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const take = async () => {
    const args = ['--input-type=module', '-e', taking, folder, String(first), String(count)]
    const children = Array.from({ length: instances }, () =>
      spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const said = children.map((child) => text(child.stdout))
    for (const child of children) child.stdin.write('go\n')
    // Each holds what it has until all have had their turn.
    await Promise.all(children.map((child) => once(child.stdout, 'readable')))
    for (const child of children) child.stdin.end()
    return (await Promise.all(said)).flatMap((line) => JSON.parse(line) as number[])
  }
  const taken = await take()
  expect(taken.length).toBeGreaterThan(0)
  expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted())
  // What the first ones have left lying about is nobody's.
  const again = await take()
  expect(again.length).toBeGreaterThan(0)
  expect(again.toSorted()).toEqual([...new Set(again)].toSorted())
}, 120_000)
