"""Which picture shows which page. What is in neither table is walked by test_other_pages.py."""

PICTURED = {
    "appliances:account-store": "account", "appliances:appliance-change": "appliance-change",
    "appliances:catalogue": "catalogue", "appliances:check-list": "checks",
    "appliances:customer-catalogue": "catalogue-of-customer",
    "appliances:licence-read": "licence", "appliances:member-sites": "member-sites",
    "appliances:package": "package", "appliances:question": "question",
    "appliances:question-ask": "question-ask", "appliances:question-list": "questions",
    "appliances:reading-list": "readings", "appliances:return": "return",
    "appliances:return-list": "returns", "appliances:return-open": "return-open",
    "appliances:return-rack": "return-rack", "appliances:site-change": "site-change",
    "appliances:site-list": "sites", "appliances:site-list-all": "sites-across",
    "appliances:site-register": "site-register", "appliances:thresholds": "thresholds",
    "appliances:thresholds-all": "thresholds-all", "appliances:version-read": "version-read",
    "portal:audit": "audit", "portal:audit-all": "audit-across",
    "portal:components": "components", "portal:contact-list": "contacts",
    "portal:customer-data": "customer-data", "portal:erasure": "erasure",
    "portal:key-list": "keys",
    "portal:member-list": "members", "portal:message": "message",
    "portal:message-list": "messages", "portal:message-list-all": "messages-across",
    "portal:new-link": "new-link", "portal:one-time-link": "one-time-link",
    "portal:passkey-list": "passkeys", "portal:platform-audit": "platform-audit",
    "portal:profile": "profile", "portal:second-step": "second-step-on",
    "portal:sign-in": "sign-in", "portal:sign-in-code": "sign-in-code",
    "portal:staff-list": "staff", "portal:start": "start-nothing",
    "portal:webhook": "webhook", "portal:webhook-delivery": "webhook-delivery",
    "portal:webhook-events": "webhook-events", "portal:webhook-list": "webhooks",
    "upgrades:calendar": "calendar-", "upgrades:calendar-all": "calendar-all",
    "upgrades:calendar-booking": "calendar-", "upgrades:contract-change": "contract-ending",
    "upgrades:contract-list": "contracts", "upgrades:customer-procedure": "procedure",
    "upgrades:customer-procedure-list": "procedures", "upgrades:decision": "decision",
    "upgrades:freeze-list": "freezes", "upgrades:freeze-override": "override",
    "upgrades:guide": "guide", "upgrades:job": "job-asking", "upgrades:job-clients": "clients",
    "upgrades:job-list": "jobs", "upgrades:job-list-all": "jobs-all",
    "upgrades:job-log": "job-log", "upgrades:job-moves": "job-moves", "upgrades:night": "night",
    "upgrades:now": "now", "upgrades:plan": "plan", "upgrades:platform-freeze-list":
    "freezes-of-all", "upgrades:rehearsal": "rehearsal", "upgrades:rehearse": "rehearse",
    "upgrades:replacement-plan": "replacement-plan", "upgrades:rollout": "rollout",
    "upgrades:rollout-edit": "rollout-edit", "upgrades:rollout-letters": "rollout-letters",
    "upgrades:rollout-list": "rollout-list", "upgrades:rollout-sites": "rollout-sites",
    "upgrades:rollout-stop": "rollout-stop",
    "upgrades:site": "site", "upgrades:start": "start-proposed", "upgrades:team-change": "team",
    "upgrades:team-list": "capacity", "upgrades:test-of": "test-of",
    "upgrades:window-change": "window-change",
}  # fmt: skip
LEFT_OUT = {
    "appliances:site-readiness", "upgrades:job-clients-export", "upgrades:job-live",
    "upgrades:rehearsal-live", "upgrades:rollout-reports", "upgrades:site-topology",  # parts, files
    "upgrades:customer-procedure-text", "upgrades:procedure-text",  # plain text
    "portal:passkey-options", "portal:passkey-register",  # what a script asks
}  # fmt: skip
