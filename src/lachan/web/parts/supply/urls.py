"""Addresses of the supply part."""

from django.urls import path

from lachan.web.parts.supply import cold, lots, plans, reach, views

urlpatterns = [
    path("supply/", views.home, name="supply"),
    path("supply/find/", views.find, name="supply-find"),
    path("supply/lots/<int:lot_id>/", lots.lot, name="supply-lot"),
    path("supply/lots/<int:lot_id>/mark/", lots.mark, name="supply-lot-mark"),
    path("supply/lots/<int:lot_id>/facilities.csv", lots.facilities_csv, name="supply-lot-csv"),
    path("supply/recalls/<uuid:status_id>/people/", reach.people, name="supply-people"),
    path("supply/recalls/<uuid:status_id>/reached/", reach.reached, name="supply-reached"),
    path("supply/plans/", plans.new_plan, name="supply-plans"),
    path("supply/plans/<uuid:plan_id>/", plans.plan, name="supply-plan"),
    path("supply/plans/<uuid:plan_id>/give/", plans.give, name="supply-plan-give"),
    path("supply/plans/<uuid:plan_id>/ask/", plans.ask, name="supply-plan-ask"),
    path("supply/plans/<uuid:plan_id>/paste/", plans.paste, name="supply-plan-paste"),
    path("supply/plans/<uuid:plan_id>/table.<slug:form>", plans.download, name="supply-plan-file"),
    path("supply/cold/", cold.cold, name="supply-cold"),
    path("supply/cold/<int:facility_id>/device/", cold.device, name="supply-device"),
    path("supply/cold/<int:facility_id>/log/", cold.log, name="supply-log"),
    path("supply/cold/<int:facility_id>/entry/", cold.entry, name="supply-entry"),
    path("supply/cold/<int:facility_id>/<uuid:excursion_id>/", cold.excursion, name="supply-excursion"),
    path("supply/cold/<int:facility_id>/<uuid:excursion_id>/decide/", cold.decide, name="supply-excursion-decide"),
    path("supply/cold/<int:facility_id>/<uuid:excursion_id>/lots/", cold.quarantine, name="supply-excursion-lots"),
]
