import { z } from 'zod'
import { uuid } from '../kernel/index.ts'

/** How much a change has to pass: `minimal` its tests, `standard` lint as well, `strict` all there is. */
export const qualityProfile = z.enum(['strict', 'standard', 'minimal'])
export type QualityProfile = z.infer<typeof qualityProfile>

/** Gates that a program of the repository decides, in the order in which they are run. */
export const mechanicalGate = z.enum(['types', 'lint', 'tests', 'coverage', 'build'])
export type MechanicalGate = z.infer<typeof mechanicalGate>

/** `agent-share`: how much of a branch agents have written; `review`: what an independent reviewer says of the change. */
export const gateName = z.enum([...mechanicalGate.options, 'agent-share', 'review'])
export type GateName = z.infer<typeof gateName>

export const checkStage = z.enum(['pre-commit', 'pre-push'])
export type CheckStage = z.infer<typeof checkStage>

/** Something that a gate says, of a line of a file where it knows one. */
export const gateDetail = z.object({
  file: z.string().optional(),
  line: z.int().min(1).optional(),
  output: z.string(),
})
export type GateDetail = z.infer<typeof gateDetail>

export const gateResult = z.object({
  name: gateName,
  kind: z.enum(['mechanical', 'ai']),
  passed: z.boolean(),
  /** false: there was nothing to run, or no reason to any more; `details` say so. */
  ran: z.boolean(),
  details: z.array(gateDetail),
  durationMs: z.number().min(0),
})
export type GateResult = z.infer<typeof gateResult>

/** What a session's changes have to pass, said when it is spawned. `yolo`: a person has let it skip all gates. */
export const sessionQuality = z.object({ profile: qualityProfile, yolo: z.boolean() })
export type SessionQuality = z.infer<typeof sessionQuality>

/** What a reviewer has found, of a line where it is one. */
export const finding = z.object({
  file: z.string().max(1000).optional(),
  line: z.int().min(1).optional(),
  kind: z.enum(['logic', 'security', 'practice']),
  severity: z.enum(['low', 'medium', 'high']),
  message: z.string().min(1).max(2000),
})

/** A reviewer's verdict. `confidence`: how sure it is that the change may stand, from 0 to 1. */
export const opinion = z.object({
  verdict: z.enum(['approve', 'reject']),
  confidence: z.number().min(0).max(1),
  summary: z.string().min(1).max(4000),
  findings: z.array(finding).max(50),
})
export type Opinion = z.infer<typeof opinion>

/** Whose change a reviewer looks at. */
export const reviewed = z.object({ sessionId: uuid, checkId: uuid, commit: z.string() })
export type Reviewed = z.infer<typeof reviewed>
