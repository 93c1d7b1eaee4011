import { createSignal, onCleanup } from 'solid-js'

export type Keys = readonly [key: string] | readonly [prefix: 'g', key: string]

/** Something that can be done now: by its key where it has one, and from the palette. */
export type Action = {
  readonly name: string
  readonly hint?: string
  readonly keys?: Keys
  /** About what is selected: left to its key, since the palette names whom it is about. */
  readonly keysOnly?: boolean
  readonly run: () => void
}

type Offer = () => readonly Action[]

const [offers, setOffers] = createSignal<readonly Offer[]>([])

/** Everything on offer, from the frame of the console to the page that is open. */
export const offeredActions = (): readonly Action[] => offers().flatMap((offer) => offer())

/** Offers actions for as long as the calling component is there. */
export function offerActions(offer: Offer): void {
  setOffers((before) => [...before, offer])
  onCleanup(() => setOffers((before) => before.filter((each) => each !== offer)))
}
