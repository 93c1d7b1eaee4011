/** What keeps the processes of one sandbox together, so that all of them are stopped or ended at one stroke. */
export type Enclosure = {
  /** SIGKILL to all of it. Nothing is waited for; answers how many it was sent to, as far as that is known at once. */
  kill(): number
  /** Shown by the kernel: nobody in there is alive, and nobody can come. */
  isEmpty(): boolean
  /** Pids, on the host, of who is alive in there. */
  members(): Promise<number[]>
  /** Lets every process stand where it is. */
  stop(): Promise<void>
  go(): Promise<void>
}
