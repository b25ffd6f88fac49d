/** Who runs the accounts that members connect by OAuth, and the kind of delivery channel that comes of it. */
export const oauthProviders = ['google', 'microsoft'] as const
export type OauthProvider = (typeof oauthProviders)[number]
export const oauthKinds = ['gmail', 'microsoft'] as const
export type OauthKind = (typeof oauthKinds)[number]

export const providerOfKind = { gmail: 'google', microsoft: 'microsoft' } as const satisfies Record<
  OauthKind,
  OauthProvider
>
export const kindOfProvider = { google: 'gmail', microsoft: 'microsoft' } as const satisfies Record<
  OauthProvider,
  OauthKind
>
