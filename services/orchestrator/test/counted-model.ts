import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a model's server and counts what each task's agent asks it. */
export async function countedModel(modelUrl: string) {
  const asked: string[] = []
  const answered: string[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body: Buffer[] = []
    for await (const chunk of incoming) body.push(chunk as Buffer)
    const text = Buffer.concat(body)
    asked.push(text.toString())
    const { method, headers, url = '/' } = incoming
    const forwarded = request(new URL(url, modelUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('end', () => answered.push(text.toString()))
    })
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    forwarded.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Bodies, in their order. */
    asked: asked as readonly string[],
    callsFor: (task: string) => asked.filter((text) => text.includes(task)).length,
    /** How many have been answered to the end. */
    answersFor: (task: string) => answered.filter((text) => text.includes(task)).length,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
