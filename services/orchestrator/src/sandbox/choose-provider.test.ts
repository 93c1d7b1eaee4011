import { describe, expect, it } from 'vitest'
import { providerChooser } from './choose-provider.ts'
import type { SandboxKind } from '@mosaic/contracts/agent-session'
import { type SandboxProvider, SandboxStartError } from './contract.ts'

const guarantees = {
  filesystem: true,
  network: true,
  syscalls: true,
  memory: true,
  cpu: true,
  pids: true,
  disk: true,
}

function provider(kind: SandboxKind, reason?: string): SandboxProvider & { asked: number } {
  return {
    kind,
    asked: 0,
    async available() {
      this.asked += 1
      return reason === undefined ? { ok: true, guarantees } : { ok: false, reason }
    },
    create: () => Promise.reject(new SandboxStartError('not needed here')),
    runOnce: () => Promise.reject(new SandboxStartError('not needed here')),
    reattachOrCleanUp: () => Promise.resolve(),
  }
}

describe('providerChooser', () => {
  it('takes the first that works and says why the others were passed over', async () => {
    const [docker, bubblewrap, plain] = [
      provider('docker', 'no engine answers'),
      provider('bubblewrap'),
      provider('process'),
    ]
    const choice = await providerChooser([docker, bubblewrap, plain])()
    const passedOver = [{ kind: 'docker', reason: 'no engine answers' }]
    expect(choice).toEqual({ ok: true, value: { provider: bubblewrap, guarantees, passedOver } })
    expect(plain.asked).toBe(0)
  })

  it('runs no agent as a plain process that nobody has asked for', async () => {
    const providers = [
      provider('docker', 'no engine answers'),
      provider('bubblewrap', 'not installed'),
      provider('process'),
    ]
    const choice = await providerChooser(providers)()
    expect(choice).toMatchObject({ ok: false, error: { code: 'SANDBOX_UNAVAILABLE' } })
    expect(choice.ok ? '' : choice.error.message).toMatch(
      /docker: no engine answers; bubblewrap: not installed.*process/,
    )
    const byDefault = await providerChooser(providers, 'process')()
    expect(byDefault).toMatchObject({ ok: true, value: { provider: { kind: 'process' } } })
    expect(await providerChooser(providers, 'process')('docker')).toMatchObject({ ok: false })
  })

  it('asks a kind that works only once, one that does not each time', async () => {
    const [docker, bubblewrap] = [provider('docker', 'starting'), provider('bubblewrap')]
    const choose = providerChooser([docker, bubblewrap])
    await choose()
    await choose()
    expect([docker.asked, bubblewrap.asked]).toEqual([2, 1])
  })

  it('takes exactly what was asked for, or refuses', async () => {
    const providers = [provider('docker', 'no engine answers'), provider('bubblewrap'), provider('process')]
    const choose = providerChooser(providers)
    expect(await choose('process')).toMatchObject({
      ok: true,
      value: { provider: { kind: 'process' }, passedOver: [] },
    })
    expect(await choose('docker')).toMatchObject({
      ok: false,
      error: { code: 'SANDBOX_UNAVAILABLE', field: 'sandbox', message: expect.stringContaining('no engine answers') },
    })
  })
})
