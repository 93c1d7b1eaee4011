import { describe, expect, it } from 'vitest'
import { providerChooser } from './choose-provider.ts'
import { everyGuarantee, providerOf } from '../../test/sandbox-providers.ts'

describe('providerChooser', () => {
  it('takes the first that works and says why the others were passed over', async () => {
    const [docker, bubblewrap, plain] = [
      providerOf('docker', 'no engine answers'),
      providerOf('bubblewrap'),
      providerOf('process'),
    ]
    const choice = await providerChooser([docker, bubblewrap, plain])()
    const passedOver = [{ kind: 'docker', reason: 'no engine answers' }]
    expect(choice).toEqual({ ok: true, value: { provider: bubblewrap, guarantees: everyGuarantee, passedOver } })
    expect(plain.asked).toBe(0)
  })

  it('runs no agent as a plain process that nobody has asked for', async () => {
    const providers = [
      providerOf('docker', 'no engine answers'),
      providerOf('bubblewrap', 'not installed'),
      providerOf('process'),
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
    const [docker, bubblewrap] = [providerOf('docker', 'starting'), providerOf('bubblewrap')]
    const choose = providerChooser([docker, bubblewrap])
    await choose()
    await choose()
    expect([docker.asked, bubblewrap.asked]).toEqual([2, 1])
  })

  it('asked an engine as often as there were agents to be spawned at once, which it then had no time for', async () => {
    const docker = providerOf('docker')
    const choose = providerChooser([docker])
    const choices = await Promise.all(Array.from({ length: 20 }, () => choose()))
    expect(choices.every(({ ok }) => ok)).toBe(true)
    expect(docker.asked).toBe(1)
  })

  it('takes exactly what was asked for, or refuses', async () => {
    const providers = [providerOf('docker', 'no engine answers'), providerOf('bubblewrap'), providerOf('process')]
    const choose = providerChooser(providers)
    expect(await choose('process')).toMatchObject({
      ok: true,
      value: { provider: { kind: 'process' }, passedOver: [] },
    })
    expect(await choose('docker')).toMatchObject({
      ok: false,
      error: {
        code: 'SANDBOX_UNAVAILABLE',
        field: 'sandbox',
        message: expect.stringMatching(/^The sandbox that was asked for does not work.*no engine answers/),
      },
    })
  })
})
