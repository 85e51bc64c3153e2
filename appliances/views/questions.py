import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries
from appliances.forms.questions import Answer, Question, Requirements, usable
from appliances.models import RecordedWord, SupportQuestion
from appliances.services import pictures, questions
from appliances.views.sites import find as find_site, status_of
from portal import clock, permissions
from portal.permissions import needs


@require_safe
@needs("question.answer")
def queue(request: HttpRequest) -> HttpResponse:
    """Support's queue over all customers, oldest first."""
    page = {"questions": queries.open_questions()}
    return render(request, "appliances/question_list.html", page)


@needs("question.ask")
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    site = find_site(request, pk, "question.ask")
    boxes = {str(box.pk): box for box in site.appliances.order_by("letter")}
    form = Question(request.POST or None, request.FILES or None, appliances=boxes.values())
    if request.method == "POST" and form.is_valid():
        at, given = clock.now(), form.cleaned_data
        box = boxes[given["appliance"]]
        asked = questions.ask(
            box,
            text=given["text"],
            target=given["target"],
            picture=pictures.keep(given["picture"], of=box, by=request.user, at=at),
            by=request.user,
            at=at,
        )
        notices.success(request, _("Support has your question. You get an e-mail with the answer."))
        return redirect("appliances:question", slug=request.customer.slug, pk=asked.pk)
    page = {"form": form, "site": site}
    return render(request, "appliances/question_ask.html", page, status=status_of(request))


@require_safe
@needs("site.view")
def question(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _find(request, pk, "site.view")
    return _page(request, found, Answer(), _requirements())


@require_POST
@needs("question.answer")
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _find(request, pk, "question.answer")
    form, rows = Answer(request.POST), _requirements(request.POST)
    if not (form.is_valid() and rows.is_valid()):
        return _page(request, found, form, rows, status=422)
    words = [row.word() for row in rows if row.has_changed()]
    text = form.cleaned_data["text"]
    questions.answer(found, text=text, words=words, by=request.user, at=clock.now())
    notices.success(request, _("Answered. Whoever asked gets an e-mail."))
    return redirect("appliances:question", slug=request.customer.slug, pk=found.pk)


@require_POST
@needs("question.ask")
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _find(request, pk, "question.ask")
    questions.withdraw(found, by=request.user)
    return redirect("appliances:question", slug=request.customer.slug, pk=found.pk)


def _find(request: HttpRequest, pk: uuid.UUID, action: str) -> SupportQuestion:
    known = SupportQuestion.objects.select_related(
        "site", "appliance", "appliance__site", "asked_by", "answered_by", "picture"
    )
    found = get_object_or_404(known, pk=pk)
    permissions.demand(request.user, action, site_id=found.site_id)
    return found


def _requirements(data: object = None) -> object:
    packages = usable(queries.packages())
    return Requirements(data, prefix="needs", form_kwargs={"packages": packages})


def _page(
    request: HttpRequest, found: SupportQuestion, form: Answer, rows: object, *, status: int = 200
) -> HttpResponse:
    words = RecordedWord.objects.filter(appliance=found.appliance)
    page = {
        "question": found,
        "site": found.site,
        "form": form,
        "rows": rows,
        "words": words.select_related("package", "recorded_by").order_by("-recorded_at"),
    }
    return render(request, "appliances/question.html", page, status=status)
