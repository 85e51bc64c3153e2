"""Pages for a person: /appliance, /login, the update server, the start page."""
