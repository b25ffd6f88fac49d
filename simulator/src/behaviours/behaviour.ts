import type { Refusal } from '../mx/wording.ts'
import type { ReceivedMessage, Recipient } from '../received/message.ts'
import type { Head } from '../received/read-head.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Flavour } from '../zone/providers.ts'

/** A message as its recipient's server has it when it decides what to send back. */
export interface Incoming {
  readonly message: ReceivedMessage
  readonly recipient: Recipient
  readonly head: Head
  /** The whole message, or its header alone where it is large. */
  readonly bytes: Buffer
  readonly isWhole: boolean
  /** Name of the server that took it. */
  readonly host: string
  readonly flavour: Flavour
}

/** Mail the simulated people and servers write. */
export interface Letter {
  /** Envelope sender; empty for notices (RFC 3464 §2, RFC 3834 §3.3). */
  readonly mailFrom: string
  readonly to: string
  readonly bytes: Buffer
  /** What the sending server calls itself. */
  readonly ehlo: string
}

/** What comes after a message was taken: nothing where `write` says undefined (no return path, NOTIFY=NEVER…). */
export interface Sequel {
  readonly after: keyof SimulatorSettings & `${string}Ms`
  readonly write: (incoming: Incoming) => Letter | undefined
}

/** What a recipient does, chosen by the local part before any `+`, at every domain. */
export interface Behaviour {
  readonly localPart: string
  /** One sentence for people. */
  readonly says: string
  /** What its words and form follow. */
  readonly source: string
  /** Said at RCPT, each time. */
  readonly refusal?: Refusal
  /** Refused at first, taken later. */
  readonly isGreylisted?: true
  readonly isSlow?: true
  /** The connection is cut where the answer to the final dot is due. */
  readonly cuts?: true
  readonly sequel?: Sequel
}
