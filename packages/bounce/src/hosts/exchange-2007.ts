import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const exchange2007: HostRule = {
  name: 'hosts/exchange-2007',
  system: 'Microsoft Exchange 2007 to 2019, Microsoft 365',
  version: '8.x to 15.x, text of the report',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online',
  signs: [
    { text: 'diagnostic information for administrators' },
    { text: 'delivery has failed to these recipients' },
    { text: 'informations de diagnostic pour les administrateurs' },
    { text: 'diagnoseinformationen f\u00fcr administratoren' },
    { text: 'informaci\u00f3n de diagn\u00f3stico para administradores' },
    { text: 'informazioni di diagnostica per gli amministratori' },
    { text: 'information de diagnostic pour les administrateurs' },
    { text: 'generating server:' },
  ],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: [
      'serveur de g\u00e9n\u00e9ration',
      'generierender server',
      'servidor de generaci\u00f3n',
      'servidor generador',
      'server di generazione',
      'g\u00e9n\u00e9rant le message',
      'genererande server',
      'generating',
    ],
    end: [
      'en-t\u00eates de message',
      'en-t\u00eates du message',
      'urspr\u00fcngliche nachrichtenkopf',
      'encabezados de mensajes originales',
    ],
  },
}
