import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bracketThen } from './recipient-lines.ts'

export const mfilter: HostRule = {
  name: 'hosts/mfilter',
  system: 'Digital Arts m-FILTER',
  version: '3 to 5',
  source: 'https://www.daj.jp/bs/mf/',
  signs: [{ text: 'm-filter' }, { text: '-------server message' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine, bracketThen],
    end: ['-------original m'],
    shared: ['-------server message'],
  },
}
