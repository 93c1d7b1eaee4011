import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterEach, describe, expect, test } from 'vitest'
import { createCgroup, removeCgroup } from './cgroup.ts'
import { endShellsOf, sweepOrphans } from './clean-up.ts'
import { defaultLimits } from './contract.ts'

const made: string[] = []
const children: ChildProcess[] = []
const groups = ['mosaic-shell-probe']
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const name of groups.splice(0)) await removeCgroup(name)
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** As an orchestrator of that process leaves one behind. */
function scratch(sessionId: string, pid: number): string {
  const path = join(tmpdir(), `mosaic-sandbox-${sessionId}-pid${pid}-${made.length}aA`)
  mkdirSync(path)
  made.push(path)
  return path
}
/** Of no process: pids end before that. */
const gone = 2 ** 23

test.runIf(createCgroup('mosaic-shell-probe', defaultLimits).whole)(
  'what an orchestrator that was killed had just begun to start was left waiting for ever',
  async () => {
    const [left, used] = [gone, process.pid].map((pid) => sleeperIn(`mosaic-shell-pid${pid}-${randomInt(2 ** 31)}`))
    await eventually('both have joined', () => left!.hasJoined() && used!.hasJoined())
    await sweepOrphans()
    await eventually('one is ended', () => left!.child.signalCode !== null)
    expect(used!.child.signalCode).toBeNull()
  },
)

test.runIf(process.getuid?.() === 0 && createCgroup('mosaic-shell-probe', defaultLimits).whole)(
  'what another user’s orchestrator had left kept every agent from beginning',
  async () => {
    const { child, hasJoined } = sleeperIn(`mosaic-shell-pid${gone}-${randomInt(2 ** 31)}`)
    await eventually('it has joined', hasJoined)
    process.seteuid!(65_534)
    try {
      endShellsOf((pid) => pid === gone)
    } finally {
      process.seteuid!(0)
    }
    expect(child.signalCode).toBeNull()
  },
)

/** A process in a control group of that name. */
function sleeperIn(name: string) {
  const { procsFiles, whole } = createCgroup(name, defaultLimits)
  const join = procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  const child = spawn('/bin/sh', ['-c', `${join}exec sleep 3600`], { stdio: 'ignore' })
  children.push(child)
  groups.push(name)
  const hasJoined = () => readFileSync(`${whole}/cgroup.procs`, 'utf8').includes(String(child.pid))
  return { child, hasJoined }
}

describe('folders of sandboxes that an orchestrator left in the folder of all users', () => {
  test('are removed once it is gone, not before', async () => {
    const [left, used] = [scratch(randomUUID(), gone), scratch(randomUUID(), process.pid)]
    await sweepOrphans()
    expect([existsSync(left), existsSync(used)]).toEqual([false, true])
  })

  test.runIf(process.getuid?.() === 0)('of another user are left alone', async () => {
    const theirs = scratch(randomUUID(), gone)
    chownSync(theirs, 65_534, 65_534)
    await sweepOrphans()
    expect(existsSync(theirs)).toBe(true)
  })
})
