"""Addresses of cases and orders."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.cases import case, lists, orders

urlpatterns = [
    path("cases/", lists.cases, name="cases"),
    path("cases/report/<uuid:person_id>/", case.report, name="illness-report"),
    path("cases/<uuid:person_id>/<uuid:episode_id>/", case.case, name="illness"),
    path("cases/<uuid:person_id>/<uuid:episode_id>/step/", case.step, name="illness-step"),
    path("cases/<uuid:person_id>/<uuid:episode_id>/order/", case.order, name="illness-order"),
    path("cases/<uuid:person_id>/<uuid:episode_id>/order/withdraw/", case.withdraw, name="illness-order-withdraw"),
    path("orders/", orders.orders, name="orders"),
    path("orders/print/", orders.print_orders, name="orders-print"),
    path("orders/deliver/", orders.deliver, name="orders-deliver"),
    path("orders/withdraw/", orders.withdraw, name="orders-withdraw"),
]
