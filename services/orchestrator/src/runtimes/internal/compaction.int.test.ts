import { budgetStream } from '@mosaic/contracts/budget'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { countedModel } from '../../../test/counted-model.ts'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario } from '../../../test/scenario.ts'
import { readTranscript } from '../../journal/read-transcript.ts'

let harness: Harness
let client: Client
let model: Awaited<ReturnType<typeof countedModel>>

beforeAll(async () => {
  harness = await Harness.start()
  model = await countedModel(harness.model.url)
  client = await harness.orchestrator({
    MOSAIC_SCRIPTED_MODEL_URL: model.url,
    MOSAIC_MODEL_FACTS: JSON.stringify([{ prefix: 'scripted:', contextTokens: 10_000 }]),
  })
})
afterAll(async () => {
  await harness.close()
  model.close()
})

const look = (word: string, inputTokens: number) => ({
  say: `${word} `.repeat(500),
  call: { tool: 'list_files', input: {} },
  usage: { inputTokens, outputTokens: 100, cacheReadTokens: 0, cacheCreationTokens: 0 },
})
/** Played over what is left of the conversation: two turns, and the one that comes then. */
const afterwards = [look('third', 5000), look('fourth', 8500), finish('done after all')]
const talkative = scenario(
  { match: { task: '^The record:' }, steps: [{ say: 'All was looked at.' }] },
  { match: { task: 'SUMMARY OF YOUR WORK' }, steps: afterwards },
  { steps: [look('first', 1000), look('second', 3000), look('third', 5000), look('fourth', 8500)] },
)

const request = z.object({ messages: z.array(z.object({ role: z.string(), content: z.array(z.looseObject({})) })) })
/** What its server was asked, without what is said there about caching. */
const toldIn = (body: string) =>
  request.parse(JSON.parse(body)).messages.map(({ role, content }) => ({
    role,
    content: content.map((block) =>
      Object.fromEntries(Object.entries(block).filter(([key]) => key !== 'cache_control')),
    ),
  }))

async function budgetFactsOf(sessionId: string): Promise<string[]> {
  const facts: string[] = []
  for await (const item of harness.store.readStream(budgetStream.of(`session-${sessionId}`))) {
    if (item.kind !== 'event') continue
    facts.push(item.event.type === 'BudgetSettled' ? `settled ${item.event.data.basis}` : item.event.type)
  }
  return facts
}

test('a conversation that fills the window is summarised by its own model before it is refused, and the log says what the model is told since', async () => {
  const budget = { tokens: 10_000_000 }
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Look.', model: talkative, budget })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('done after all')
  const { data, revision } = await harness.reached(sessionId, 'ContextCompacted')
  expect(data).toMatchObject({
    how: { kind: 'summarised', summary: 'All was looked at.' },
    throughTurn: 2,
    tokensBefore: 8600,
    usage: expect.objectContaining({ costUsd: 0 }),
  })
  expect(data.charactersAfter).toBeLessThan(data.charactersBefore)

  const replayed = await readTranscript(harness.store, sessionId, revision)
  const next = model.asked.find((body) => body.includes('SUMMARY OF YOUR WORK'))
  expect(toldIn(next ?? '{}')).toEqual(replayed.messages)
  expect(next).toContain('third third')
  expect(next).not.toContain('first first')
  const said = (await harness.events(sessionId)).filter((event) => JSON.stringify(event.data).includes('first first'))
  expect(said, 'the log keeps all of it').toHaveLength(1)

  // Five answers and the summary, each kept before and settled after.
  const settled = await eventually('all calls are settled', async () => {
    const facts = await budgetFactsOf(sessionId)
    return facts.filter((fact) => fact === 'settled counted').length === 6 && facts
  })
  expect(settled.filter((fact) => fact === 'BudgetReserved')).toHaveLength(6)
})
