import type { Role } from '@mosaic/contracts/operator'
import type { Component, JSX } from 'solid-js'

/** The pages, of which there is at least the one where one begins. */
export type Pages = readonly [Page, ...Page[]]

/** A place in the console. From the one list of them follow the router, the navigation, the palette and the keys. */
export type Page = {
  /** `:name` is a part of the address that the page reads. */
  readonly path: `/${string}`
  readonly title: string
  /** Who may see it. */
  readonly role: Role
  readonly component: Component & { preload(): Promise<unknown> }
  /** How one gets there from everywhere; pages about one thing have none. */
  readonly entry?: {
    readonly icon: (props: { size: number }) => JSX.Element
    /** Goes there after `g`. */
    readonly key: string
  }
}
