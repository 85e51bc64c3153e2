"""Pieces that every page is made of. `{% load portal %}`; drawings are in `{% load drawings %}`.

base.html has the blocks title, crumbs (`<li>`s), head (title and facts, full width), content, and
side (an `<aside class="side" aria-label=…>`; with one, the page has two columns). Every tag and
include here knows nothing of the page: zones and `now` are passed in. In tags, words are given
with `_("…")`, so that makemessages finds them.

base.html sets names that begin with `bar_`; `now`, `reader_zone`, `theme`, `customer`, `languages`
and `demo` come from portal/context.py. What refreshes itself swaps by `outerMorph`, so that the
focus stays where it is; a refused request (409) is swapped in like any other answer. Words of audit
events: `{% load happenings %}{{ event.name|happening }}`.

Marks and words (simple tags: `as name` works)
    {% state_mark job.state %} {% state_mark booking.state "booking" %}    word= box=True
    {% mark "asks" "broken" _("Failover broken") %}       family, symbol, word; box=True
    {% icon "doc" %} {% icon "lock" _("Locked") %}        alone it needs its word
    {% provenance package.provenance %} {% version_arrow "12.1" "14.1" %}
    {% guide "G-PREP-6" %} {% person user %} {% letter "A" %}
    {% pulse "good" _("8 s ago") %}                       good, late (expected), lost
Times
    {% site_time instant site.zone reader_zone %}         site first, the reader's second
        until= (a span: 22:00–02:00), inline=True (in a sentence), year=False
    {{ minutes|span }} {{ date|day }} {{ date|long_day }} {{ instant|clock:zone }}
    {{ instant|from_now:now }}                            "in 1 h 28 min", "23 min ago"
Blocks
    {% section _("Windows") count=4 help=_("…") url=… link=_("All") id="windows" %}…{% endsection %}
    {% fact _("Shape") detail="" %}…{% endfact %}         within <dl class="facts"> or "pairs"
    {% notice "asks" _("Contract ends") symbol="" url="" link="" %}…{% endnotice %}
    {% todo "ASKING" _("Install 3.3.2") guide="" due="" holder="" id="todo" %}…{% endtodo %}
    {% alarm _("Do not restart appliance B. …") number="+1 555 0100" who=_("vendor support") %}…
        {% endalarm %}                                    a base failure, nothing else
Permissions
    {% if request|may:"job.approve" %}                    of the current customer, or staff's own
Forms
    {% field form.reason %}                               help= label=; tick or choice by widget
Kept in the process: what depends on nothing but what it is told (templatetags/pieces.py)
    {% piece "components/filter.html" asked=asked label=_("Sites") %}
Includes (each `only`)
    components/choice.html     name legend options error  options: value title detail refused chosen
                                                          family symbol word
    components/queue.html      lines                      family symbol word title detail when ago
                                                          holder url link urgent
    components/compare.html    name caption columns rows  columns: key title detail chosen; rows:
                                                          title, cells: big text detail fit
    components/log.html        entries zone               number at by text, or gap
    components/rules.html      rules                      state text guide
    components/empty.html      symbol title text url link
    components/pager.html      newer older words
    components/progress.html   id label value most
    components/refusal.html    refusal                    the notice of a Refused
"""

from django import template

from portal.templatetags import allowed, blocks, fields, instants, pieces, words

register = template.Library()

for part in (words, instants, blocks, fields, allowed, pieces):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
