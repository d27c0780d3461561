"""The house's addresses and a page with every way of sending, to try the shell's manners in a real browser."""

from __future__ import annotations

import json
from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from lachan.access.doors import needs
from lachan.config.urls import handler400, handler403, handler404, handler500
from lachan.config.urls import urlpatterns as house

__all__ = ["handler400", "handler403", "handler404", "handler500"]

received: Counter[str] = Counter()
undone: list[str] = []

PAGE = """{% extends "web/base.html" %}{% load lachan %}{% block heading %}Trial{% endblock %}{% block content %}
<form id="write" data-draft="trial" hx-post="/trial/write/" hx-target="#answer">
  <input type="hidden" name="command_id" value="c-1">
  <label>Note <textarea name="note" id="note"></textarea></label><button id="send">Send</button></form>
<p id="answer"></p>
{% for status in statuses %}<button id="s{{ status }}" hx-post="/trial/answer/{{ status }}/">{{ status }}</button>
{% endfor %}<button data-shortcut="k" data-shortcut-name="Mark" id="mark">Mark</button>
{% endblock %}{% block scan %}{% include "web/components/scan.html" %}{% endblock %}"""


@needs()
def page(request: HttpRequest) -> HttpResponse:
    context = RequestContext(request, {"statuses": [401, 403, 404, 409, 429, 500]})
    return HttpResponse(Template(PAGE).render(context))


@needs()
def write(request: HttpRequest) -> HttpResponse:
    received[request.POST["command_id"]] += 1
    answer = HttpResponse("kept: " + request.POST["note"])
    toast = {"text": "Recorded", "kind": "done", "undo": {"url": "/trial/undo/", "values": {"id": "c-1"}}}
    answer.headers["HX-Trigger"] = json.dumps({"lachan:toast": toast})
    return answer


@needs()
def undo(request: HttpRequest) -> HttpResponse:
    undone.append(request.POST["id"])
    return HttpResponse(status=204)


@needs()
def answer(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse("<b>inside</b>", status=status)


urlpatterns = [
    *house,
    path("trial/", page),
    path("trial/write/", write),
    path("trial/undo/", undo),
    path("trial/answer/<int:status>/", answer),
]
