/** How far a message that Fairlead sends itself has come. */
export const roundTripStates = ['on-its-way', 'arrived', 'measured', 'refused', 'lost'] as const
export type RoundTripState = (typeof roundTripStates)[number]

/** What of it is compared with the card. */
export const roundTripTopics = ['from', 'spf', 'dkim', 'dmarc'] as const
export type RoundTripTopic = (typeof roundTripTopics)[number]

/** English: `{minutes}` stands for a value. */
export const roundTripSentences: Readonly<Record<RoundTripState, string>> = {
  'on-its-way': 'A message is on its way to Fairlead itself.',
  arrived: 'The message arrived and is being evaluated.',
  measured: 'Measured on a message that arrived.',
  refused: 'The delivery channel did not take the message, so nothing was measured.',
  lost: 'The message did not arrive within {minutes} minutes.',
}

export const roundTripNotHere =
  'This installation receives no mail from outside, so it cannot be measured here.'

/** English: what was predicted and what was measured. */
export const differenceSentences: Readonly<Record<RoundTripTopic, string>> = {
  from: 'The card says that recipients see {predicted}; {measured} arrived.',
  spf: 'SPF: the card says {predicted}; measured was {measured}.',
  dkim: 'Valid signatures: the card says {predicted}; measured was {measured}.',
  dmarc: 'DMARC: the card says {predicted}; measured was {measured}.',
}

export const noSignature = 'none'
