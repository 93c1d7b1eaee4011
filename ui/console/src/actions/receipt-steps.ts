import type { KillProof, KillStep, SessionView } from '@mosaic/contracts/agent-session'

export type ReceiptStep = { step: KillStep; word: string; at: string | null; sinceRequestMs: number | null }

/** The steps that a kill goes through, by how its end can be known. What is only reported is not said as if it had been seen. */
const words: Record<KillProof, Partial<Record<KillStep, string>>> = {
  kernel: {
    requested: 'Requested',
    signalled: 'Signalled',
    'exit-observed': 'Exit observed',
    'descendants-cleared': 'Descendants cleared',
    'resources-released': 'Resources released',
  },
  reported: {
    requested: 'Requested',
    signalled: 'Passed on to what runs it',
    'exit-observed': 'Reported as ended',
    'resources-released': 'Resources released',
  },
}

/** All steps of a kill in their order, with the time since the request where a step has been reached. */
export function receiptSteps(receipt: SessionView['killReceipt'], proof: KillProof): ReceiptStep[] {
  const requested = receipt.find(({ step }) => step === 'requested')?.at
  return Object.entries(words[proof]).map(([name, word]) => {
    const step = name as KillStep
    const at = receipt.find((reached) => reached.step === step)?.at ?? null
    const since = at === null || requested === undefined ? null : Date.parse(at) - Date.parse(requested)
    return { step, word, at, sinceRequestMs: since }
  })
}

/** How it is known that a session was killed: nothing of it is left, or what ran it says so; `null` while it is not. */
export function howKilled({
  killReceipt,
  killProof,
}: Pick<SessionView, 'killReceipt' | 'killProof'>): 'proved' | 'reported' | null {
  if (killProof === 'reported') return 'reported'
  return killReceipt.some(({ step }) => step === 'descendants-cleared') ? 'proved' : null
}
