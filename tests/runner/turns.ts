type Write = (text: string) => void
export type Voice = { say: Write; end(): void }

/**
 * Lets several speak at once without their words getting mixed: who began first is heard as it speaks; what the others
 * say is kept, and heard when their turn has come.
 */
export function takingTurns(write: Write): (title: string) => Voice {
  const queue: { kept: string[]; ended: boolean }[] = []
  const passOn = () => {
    while (queue[0]) {
      for (const text of queue[0].kept.splice(0)) write(text)
      if (!queue[0].ended) return
      queue.shift()
    }
  }
  return (title) => {
    const voice = { kept: [title], ended: false }
    queue.push(voice)
    passOn()
    return {
      say(text) {
        if (queue[0] === voice) write(text)
        else voice.kept.push(text)
      },
      end() {
        voice.ended = true
        passOn()
      },
    }
  }
}
