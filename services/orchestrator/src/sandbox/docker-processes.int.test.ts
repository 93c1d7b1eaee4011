import { existsSync } from 'node:fs'
import Docker, { type Container } from 'dockerode'
import { describe, expect, it } from 'vitest'
import { candidates } from '../../test/sandboxes.ts'
import { processesOf } from './docker-processes.ts'

const docker = (await candidates()).find(({ provider }) => provider.kind === 'docker')
const engine = new Docker()
const hasGroups = ['', 'unified'].some((place) => existsSync(`/sys/fs/cgroup/${place}/cgroup.procs`))
const isRoots = process.getuid?.() === 0

async function withContainer(use: (container: Container) => Promise<void>): Promise<void> {
  const Cmd = ['sh', '-c', 'for i in 1 2 3; do setsid sleep 1000 & done; wait']
  const HostConfig = { NetworkMode: 'none' }
  const container = await engine.createContainer({ Image: 'mosaic-agent:latest', Cmd, HostConfig })
  try {
    await container.start()
    await expect.poll(() => container.top({}).then(({ Processes }) => Processes.length)).toBe(4)
    await use(container)
  } finally {
    await container.remove({ force: true, v: true })
  }
}

/** A container whose engine does otherwise. */
const but = (container: Container, otherwise: object): Container =>
  Object.assign(Object.create(container) as Container, otherwise)

const asked = () => Promise.reject(new Error('the engine was asked'))
const busy = { kill: asked, wait: asked, top: asked }

describe.runIf(docker?.works)('the processes of a container', () => {
  it.runIf(hasGroups && isRoots)('were proved gone only when the engine had heard of it', () =>
    withContainer(async (container) => {
      const processes = await processesOf(but(container, busy))
      expect(await processes.alive()).toHaveLength(4)
      expect(await processes.kill()).toBe(4)
      expect(await processes.awaitEnd(20_000)).toBe(true)
      expect(await processes.alive()).toEqual([])
    }),
  )

  it.runIf(hasGroups && isRoots)('end without the engine also when it has paused them', () =>
    withContainer(async (container) => {
      const processes = await processesOf(but(container, busy))
      await container.pause()
      await processes.kill()
      expect(await processes.awaitEnd(20_000)).toBe(true)
    }),
  )

  it('are the engine’s to end and to tell of where it is another machine’s, and its pids are others here', () =>
    withContainer(async (container) => {
      const processes = await processesOf(but(container, { inspect: async () => ({ State: { Pid: process.pid } }) }))
      expect(await processes.kill()).toBeGreaterThanOrEqual(1)
      expect(await processes.awaitEnd(20_000)).toBe(true)
      expect(await processes.alive()).toEqual([])
    }))

  it('are waited for no longer than was said', () =>
    withContainer(async (container) => {
      expect(await (await processesOf(container)).awaitEnd(1)).toBe(false)
    }))
})
