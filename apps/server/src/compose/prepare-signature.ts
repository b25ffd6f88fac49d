import { limits, Problem } from '@fairlead/contract'
import { sanitiseHtml } from './sanitise-html.ts'

/** A signature as it may be kept and sent: cleaned, and small enough to go below every email. Problem: signature.too-large. */
export function prepareSignature(html: string): string {
  const clean = sanitiseHtml(html.replaceAll('\0', ''))
  if (Buffer.byteLength(clean) > limits.signatureBytes) {
    throw new Problem('signature.too-large', { limitKilobytes: Math.floor(limits.signatureBytes / 1_000) })
  }
  return clean
}
