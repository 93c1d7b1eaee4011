import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { eventually } from '@mosaic/kit'
import Docker, { type Container, type ContainerCreateOptions } from 'dockerode'
import { describe, expect, it } from 'vitest'
import { candidates } from '../../test/sandboxes.ts'

const image = 'mosaic-agent:latest'
const docker = (await candidates()).find(({ provider }) => provider.kind === 'docker')
const engine = new Docker()
const packages = fileURLToPath(new URL('../../../../infra/deploy/agent-image/packages', import.meta.url))

/** As somebody has it who runs the image by itself. */
async function withContainer<T>(
  options: ContainerCreateOptions,
  use: (container: Container) => Promise<T>,
): Promise<T> {
  const container = await engine.createContainer({ Image: image, HostConfig: { NetworkMode: 'none' }, ...options })
  try {
    return await use(container)
  } finally {
    await container.remove({ force: true, v: true })
  }
}

const said = (command: string): Promise<string> =>
  withContainer({ Cmd: ['sh', '-c', command] }, async (container) => {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true })
    const output = new PassThrough()
    container.modem.demuxStream(stream, output, output)
    stream.on('end', () => output.end())
    await container.start()
    return text(output)
  })

describe.runIf(docker?.works)('the agents’ image', () => {
  it('runs as an ordinary user, and holds no program that makes another of it', async () => {
    expect(await said('id -u; pwd')).toBe('10001\n/home/agent\n')
    expect(await said('find / -xdev -perm /6000 -type f 2>/dev/null')).toBe('')
  })

  it('holds what is listed, and none of what builds or waits for somebody', async () => {
    const listed = readFileSync(packages, 'utf8')
      .split('\n')
      .map((line) => line.replace(/\s*#.*/, ''))
      .filter(Boolean)
    expect(listed.length).toBeGreaterThan(3)
    const installed = (await said("dpkg-query -W -f '${Package}\\n'")).split('\n')
    expect(installed).toEqual(expect.arrayContaining(listed))
    for (const extra of ['gcc', 'python3', 'sudo', 'openssh-server', 'cron', 'systemd']) {
      expect(installed, extra).not.toContain(extra)
    }
    expect(await said('for p in node npm git make curl; do command -v $p || echo no $p; done')).not.toContain('no ')
    expect(await said('ls /var/lib/apt/lists /var/cache/apt 2>/dev/null')).toBe('')
  })

  it('is healthy by its own account', async () => {
    const { Config } = await engine.getImage(image).inspect()
    expect(Config.Healthcheck?.Test).toEqual(['CMD-SHELL', 'git --version && node --version'])
    // Sooner than it would look by itself.
    const options = { Cmd: ['sleep', '600'], Healthcheck: { Interval: 1_000_000_000, Timeout: 30_000_000_000 } }
    await withContainer(options, async (container) => {
      await container.start()
      await eventually('it is healthy', async () => (await container.inspect()).State.Health?.Status === 'healthy')
    })
  })
})
