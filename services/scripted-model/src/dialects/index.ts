import { anthropic } from './anthropic.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini.ts'
import { ollama } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

/** All that the server speaks. */
export const dialects: readonly Dialect[] = [anthropic, openaiChat, openaiResponses, ollama, gemini]
