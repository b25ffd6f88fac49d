import { expect, test } from 'vitest'
import { newId } from '../platform/ids.ts'
import { envelopeIdFor, readEnvelopeId } from './envelope-id.ts'

test('an envelope id is read back in any case, and nothing else is', () => {
  const deliveryId = newId('delivery')
  const text = envelopeIdFor(deliveryId, 12)
  expect(readEnvelopeId(` ${text.toUpperCase()}\n`)).toEqual({ deliveryId, round: 12 })
  for (const other of ['', 'x', deliveryId, `${text}0000`, `${text}.1`])
    expect(readEnvelopeId(other)).toBeNull()
})
