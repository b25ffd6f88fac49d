/** Name of what is remembered of the member’s API keys. */
export const apiKeysKey = ['api-keys']
