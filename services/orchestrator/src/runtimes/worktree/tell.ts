import { persistently, uuidv5 } from '@mosaic/event-store'
import type { CommandOf, LiveSession } from '../../domain/agent-session/index.ts'
import { readInstructions, readSkills } from '../../repositories/index.ts'
import type { Furniture } from './entrance.ts'
import type { Run } from './run.ts'
import type { Surroundings, Where } from './surroundings.ts'

type Message = CommandOf<'RecordBegun'>['told'][number]

/** What the model has not been told yet of who it is and what it is to do. */
export async function toTell(
  run: Run,
  { spec }: LiveSession,
  where: Where,
  { snapshot, provision, ...around }: Furniture & Pick<Surroundings, 'submodules' | 'restored'>,
): Promise<Message[]> {
  await persistently(() => run.journal.recall(), run.stopping)
  const { transcript } = run.journal
  const instructions = await readInstructions(snapshot, provision?.workdir ?? '.')
  const skills = (await readSkills(snapshot)).filter(({ name }) => spec.skills?.includes(name) ?? true)
  const system = run.mind.introduction(spec, where, { ...around, provision, instructions, skills })
  const message = (role: 'system' | 'user', text: string): Message => ({
    messageId: uuidv5(`${spec.sessionId}/${role}`),
    turn: 0,
    role,
    content: [{ type: 'text', text }],
    usage: null,
    stopReason: null,
    model: null,
  })
  return [
    ...(transcript.system === null ? [message('system', system)] : []),
    ...(transcript.isTasked ? [] : [message('user', spec.task)]),
  ]
}
