import type { DeliveryId } from '../platform/ids.ts'

/**
 * ENVID (RFC 3461 §4.4) of one delivery in one round: `<delivery id>.<round>`. Comes back in notices as
 * Original-Envelope-Id. Anybody could write one, so it only finds a delivery; the return path proves.
 */
export function envelopeIdFor(deliveryId: DeliveryId, round: number): string {
  return `${deliveryId}.${round}`
}

const envelopeId = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(\d{1,3})$/

/** The reverse; null for what is not ours. */
export function readEnvelopeId(
  text: string,
): { readonly deliveryId: DeliveryId; readonly round: number } | null {
  const parts = envelopeId.exec(text.trim().toLowerCase())
  return parts ? { deliveryId: parts[1] as DeliveryId, round: Number(parts[2]) } : null
}
