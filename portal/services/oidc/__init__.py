"""OpenID Connect Core 1.0 as a client: the authorization code flow with PKCE, nothing else of it.

Pure protocol: it knows providers and tokens, neither customers nor sessions. Every call passes the
guard; signatures and registered claims are checked by the library `joserfc`. Never in a
transaction.
"""
