import type { HostRule } from './host-rule.ts'

export const fml: HostRule = {
  name: 'hosts/fml',
  system: 'fml mailing list server',
  version: '4 and 8',
  source: 'http://www.fml.org',
  signs: [{ text: 'duplicated message-id in <' }],
  layout: { kind: 'sentence', sentence: /duplicated message-id in <(?<address>[^<>]{3,320})>/ },
  reason: 'system.error',
}
