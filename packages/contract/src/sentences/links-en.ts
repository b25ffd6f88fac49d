import type { BounceProofState } from '../states.ts'

/** English: do later bounces come back? `{seconds}` stands for a value. */
export const bounceProofSentences: Readonly<Record<BounceProofState, string>> = {
  proved: 'Bounces are captured: a probe came back after {seconds} seconds.',
  waiting: 'A probe is on its way. Its notice will prove that bounces come back.',
  failed: 'No notice of the last probe came back: later bounces may stay unseen.',
  'cannot-be-proved-here': 'This installation receives no mail, so nothing can prove that bounces come back.',
  'not-needed': 'Bounces come straight to Fairlead.',
  unseen: 'This channel cannot tell you about later bounces.',
}

/** English: what happened to a delivery channel. */
export const linkNewsSentences = {
  made: 'A delivery channel was connected.',
  changed: 'A delivery channel was changed.',
  broke: 'A delivery channel needs attention. Its mail waits.',
  mended: 'A delivery channel works again. Its mail leaves.',
  paused: 'A delivery channel was paused. Its mail waits.',
  resumed: 'A delivery channel was resumed. Its mail leaves.',
  removed: 'A delivery channel was removed.',
  moved: 'Waiting mail was moved to another delivery channel.',
  'bounces-proved': 'Bounces of a delivery channel are captured.',
  'bounces-unproved': 'No notice of a probe came back.',
  measured: 'A message that Fairlead sent itself was evaluated.',
} as const
export type LinkNewsKind = keyof typeof linkNewsSentences
export const linkNewsKinds = Object.keys(linkNewsSentences) as [LinkNewsKind, ...LinkNewsKind[]]
