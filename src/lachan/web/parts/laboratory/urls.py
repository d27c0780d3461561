"""Addresses of the laboratory's screens."""

from django.urls import path

from lachan.web.parts.laboratory import file, pools, samples, single, views

urlpatterns = [
    path("laboratory/", views.bench, name="laboratory"),
    path("laboratory/tube/", views.tube, name="laboratory-tube"),
    path("laboratory/result/", views.record, name="laboratory-record"),
    path("laboratory/undo/", views.undo, name="laboratory-undo"),
    path("laboratory/change/", single.change, name="laboratory-change"),
    path("laboratory/pools/", pools.make, name="laboratory-pools"),
    path("laboratory/pools/tube/", pools.tube, name="laboratory-pool-tube"),
    path("laboratory/pools/<uuid:pool_id>/", pools.pool, name="laboratory-pool"),
    path("laboratory/samples/", samples.page, name="laboratory-samples"),
    path("laboratory/samples/who/", samples.who, name="laboratory-who"),
    path("laboratory/samples/take/", samples.take, name="laboratory-take"),
    path("laboratory/samples/<uuid:person_id>/<uuid:sample_id>/", single.sample, name="laboratory-sample"),
    path("laboratory/file/", file.page, name="laboratory-file"),
    path("laboratory/file/<uuid:file_id>/", file.sheet, name="laboratory-sheet"),
]
