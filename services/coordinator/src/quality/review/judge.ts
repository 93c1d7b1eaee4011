import type { GateResult, Opinion } from '@mosaic/contracts/quality'

/** Below that it is no approval, whatever the verdict says. */
const least = 0.9

/** What a reviewer's opinion comes to as a gate. */
export function judgeOpinion({ verdict, confidence, summary, findings }: Opinion, durationMs: number): GateResult {
  const passed = verdict === 'approve' && confidence >= least
  const unsure = verdict === 'approve' && !passed ? `, which is less than ${least}` : ''
  return {
    name: 'review',
    kind: 'ai',
    passed,
    ran: true,
    details: [
      ...findings.map(({ file, line, kind, severity, message }) => ({
        ...(file !== undefined && { file }),
        ...(file !== undefined && line !== undefined && { line }),
        output: `${severity} (${kind}): ${message}`,
      })),
      { output: `the reviewer would ${verdict}, confidence ${confidence}${unsure}: ${summary}` },
    ],
    durationMs,
  }
}
