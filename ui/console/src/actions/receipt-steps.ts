import type { KillStep, SessionView } from '@mosaic/contracts/agent-session'

export type ReceiptStep = { step: KillStep; word: string; at: string | null; sinceRequestMs: number | null }

const words: Record<KillStep, string> = {
  requested: 'Requested',
  signalled: 'Signalled',
  'exit-observed': 'Exit observed',
  'descendants-cleared': 'Descendants cleared',
  'resources-released': 'Resources released',
}

/** All steps of a kill in their order, with the time since the request where a step has been reached. */
export function receiptSteps(receipt: SessionView['killReceipt']): ReceiptStep[] {
  const requested = receipt.find(({ step }) => step === 'requested')?.at
  return (Object.keys(words) as KillStep[]).map((step) => {
    const at = receipt.find((reached) => reached.step === step)?.at ?? null
    const since = at === null || requested === undefined ? null : Date.parse(at) - Date.parse(requested)
    return { step, word: words[step], at, sinceRequestMs: since }
  })
}

/** Only a receipt without a surviving process is a kill. */
export const isKilled = (receipt: SessionView['killReceipt']): boolean =>
  receipt.some(({ step }) => step === 'descendants-cleared')
