from __future__ import annotations

from django.urls import path

from lachan.web.parts.stock import moves, receive, transfers, vials, views

urlpatterns = [
    path("stock/", views.glance, name="stock"),
    path("stock/lots/<int:lot_id>/", views.book, name="stock-book"),
    path("stock/explain/<uuid:discrepancy_id>/", views.explain, name="stock-explain"),
    path("stock/receive/", receive.receive, name="stock-receive"),
    path("stock/receive/scan/", receive.scan, name="stock-scan"),
    path("stock/out/", moves.out, name="stock-out"),
    path("stock/count/", moves.count, name="stock-count"),
    path("stock/transfers/", transfers.send, name="stock-transfers"),
    path("stock/transfers/<uuid:transfer_id>/", transfers.note, name="stock-transfer"),
    path("stock/transfers/<uuid:transfer_id>/cancel/", transfers.cancel, name="stock-transfer-cancel"),
    path("stock/vials/open/", vials.open_vial, name="stock-vial-open"),
    path("stock/vials/discard/", vials.discard, name="stock-vial-discard"),
]
