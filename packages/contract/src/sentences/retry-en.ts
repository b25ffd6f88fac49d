/** Said when one of several recipients gets a message again on a channel that takes messages whole (spec 8.5). */
export const sentAloneSentence =
  'It goes to {address} alone, as a message of its own: the others have theirs already, and this one names only {address} in To.'
