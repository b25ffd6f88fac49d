import type { Letter } from '../behaviours/behaviour.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import { routeTo } from './route.ts'
import type { Sender } from './sender.ts'

/** Mail on its way through a server of the small internet. */
export interface Passing {
  readonly mailFrom: string
  readonly recipients: readonly string[]
  /** What the server that hands it on calls itself. */
  readonly ehlo: string
  /** Id of the message as it was kept. */
  readonly about: string
}

/**
 * Hands a message on to recipients whose server lies outside of the simulator, as any mail server does. `read` gives its
 * bytes, and is called only where there are such.
 */
export async function forwardOutside(
  { mailFrom, recipients, ehlo, about }: Passing,
  read: () => Promise<Buffer | undefined>,
  parts: { readonly zone: Zone; readonly settings: SimulatorSettings; readonly sender: Sender },
): Promise<void> {
  const outside = recipients.filter(to => routeTo(to, parts).is === 'outside')
  const bytes = outside.length > 0 ? await read() : undefined
  if (bytes === undefined) return
  for (const to of outside) {
    const letter: Letter = { mailFrom, to, bytes, ehlo }
    parts.sender.add({ dueMs: 0, weight: bytes.length, about, write: () => letter })
  }
}
