import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FreezeClock } from './freeze-clock.ts'
import { Freezer } from './freezer.ts'

describe('Freezer', () => {
  const recording = () => {
    const calls: string[] = []
    const act = (name: string) => async () => void calls.push(name)
    return { calls, freezer: new Freezer({ stop: act('stop'), go: act('go') }) }
  }

  it('stops and goes once, however often it is told', async () => {
    const { calls, freezer } = recording()
    await Promise.all([freezer.freeze(), freezer.freeze(), freezer.thaw(), freezer.thaw()])
    await freezer.freeze()
    expect(calls).toEqual(['stop'])
    await freezer.thaw()
    expect(calls).toEqual(['stop', 'go'])
  })

  it('stays frozen when work on the worktree ends during a pause', async () => {
    const { calls, freezer } = recording()
    await freezer.whileStill(() => freezer.freeze())
    expect([calls, freezer.clock.frozen]).toEqual([['stop'], true])
  })

  it('stays still for the work when a pause ends meanwhile, and goes on after a failure', async () => {
    const { calls, freezer } = recording()
    await freezer.freeze()
    const failing = freezer.whileStill(async () => {
      await freezer.thaw()
      calls.push('work')
      throw new Error('failed')
    })
    await expect(failing).rejects.toThrow('failed')
    expect(calls).toEqual(['stop', 'work', 'go'])
  })
})

describe('FreezeClock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('does not count the time that it stood still', () => {
    const clock = new FreezeClock()
    let fired = false
    clock.after(100, () => (fired = true))
    vi.advanceTimersByTime(60)
    clock.stop()
    vi.advanceTimersByTime(10_000)
    clock.go()
    vi.advanceTimersByTime(39)
    expect(fired).toBe(false)
    vi.advanceTimersByTime(2)
    expect(fired).toBe(true)
  })

  it('starts late what is set while it stands still, and forgets what is cancelled', () => {
    const clock = new FreezeClock()
    const fired: string[] = []
    clock.stop()
    clock.after(10, () => fired.push('kept'))
    clock.after(10, () => fired.push('cancelled')).cancel()
    vi.advanceTimersByTime(100)
    expect(fired).toEqual([])
    clock.go()
    vi.advanceTimersByTime(11)
    expect(fired).toEqual(['kept'])
  })
})
