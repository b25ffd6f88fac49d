import { gunzipSync, inflateRawSync } from 'node:zlib'

/** A whole report as XML; the large ones have some megabytes. */
const mostBytes = 32 * 1024 * 1024

/**
 * The XML in an attachment: plain, gzip (RFC 1952) or zip with one file. Null: none of these. Throws on more than
 * 32 MB, whatever the archive says of itself.
 */
export function unpackReport(bytes: Buffer): string | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return decode(gunzipSync(bytes, { maxOutputLength: mostBytes }))
  if (bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50) return decode(unzip(bytes))
  const start = bytes.subarray(0, 400).toString('latin1').trimStart()
  return bytes.length <= mostBytes && /^(\u00ef\u00bb\u00bf)?<(\?xml|feedback|\w+:feedback)/.test(start)
    ? decode(bytes)
    : null
}

const decode = (bytes: Buffer): string => bytes.toString('utf8').replace(/^\ufeff/, '')

/** The first file, found by the central directory: its sizes hold also where the local header leaves them out. */
function unzip(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) throw new Error('The archive has no end')
  const entry = bytes.readUInt32LE(end + 16)
  if (bytes.readUInt32LE(entry) !== 0x02014b50) throw new Error('The archive has no directory')
  const method = bytes.readUInt16LE(entry + 10)
  const packedSize = bytes.readUInt32LE(entry + 20)
  const local = bytes.readUInt32LE(entry + 42)
  if (bytes.readUInt32LE(local) !== 0x04034b50) throw new Error('The archive has no file')
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(start, start + packedSize)
  if (method === 0) return packed
  if (method !== 8) throw new Error('The archive is packed in an unknown way')
  return inflateRawSync(packed, { maxOutputLength: mostBytes })
}
