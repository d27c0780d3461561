from __future__ import annotations

from django.urls import path

from lachan.web.parts.repair import lists, person, review, sheets

urlpatterns = [
    path("repair/", lists.page, name="repair"),
    path("repair/purpose/", lists.purpose, name="repair-purpose"),
    path("repair/reasons/", lists.reasons, name="repair-reasons"),
    path("repair/people/<uuid:person_id>/", person.page, name="repair-person"),
    path("repair/people/<uuid:person_id>/fix/", person.fix, name="repair-fix"),
    path("repair/people/<uuid:person_id>/note/", person.note, name="repair-note"),
    path("repair/bulk/", sheets.bulk, name="repair-bulk"),
    path("repair/sheets/", sheets.page, name="repair-sheets"),
    path("repair/sheets/list/", sheets.export, name="repair-export"),
    path("repair/sheets/<uuid:sheet_id>/", review.page, name="repair-sheet"),
    path("repair/sheets/<uuid:sheet_id>/rows/", review.rows, name="repair-sheet-rows"),
    path("repair/sheets/<uuid:sheet_id>/confirm/", review.confirm, name="repair-sheet-confirm"),
    path("repair/sheets/<uuid:sheet_id>/undo/", review.undo, name="repair-sheet-undo"),
    path("repair/sheets/<uuid:sheet_id>/errors/", review.errors, name="repair-sheet-errors"),
]
