from __future__ import annotations

from django.urls import path

from lachan.web.parts.administration import overview, own, stations, upload, users, watching

urlpatterns = [
    # everyone's own
    path("accounts/security/", own.security, name="mfa_index"),
    path("accounts/devices/<uuid:device_id>/end/", own.end_device, name="device-end"),
    path("accounts/code/", own.recover, name="account_recover"),
    # administrators
    path("administration/", overview.overview, name="administration"),
    path("administration/requests/<uuid:request_id>/", overview.decide, name="admin-decide"),
    path("administration/users/", users.users, name="admin-users"),
    path("administration/users/new/", users.new_user, name="admin-user-new"),
    path("administration/users/<uuid:user_id>/", users.user, name="admin-user"),
    path("administration/users/<uuid:user_id>/change/", users.change, name="admin-user-change"),
    path("administration/users/<uuid:user_id>/act/", users.act, name="admin-user-act"),
    path("administration/users/<uuid:user_id>/ask/", overview.ask, name="admin-user-ask"),
    path("administration/users/<uuid:user_id>/roles/", users.give, name="admin-give"),
    path("administration/users/<uuid:user_id>/roles/<uuid:grant_id>/", users.end_grant, name="admin-grant"),
    path("administration/facilities/", stations.facilities, name="admin-facilities"),
    path("administration/facilities/new/", stations.new_facility, name="admin-facility-new"),
    path("administration/facilities/<int:facility_id>/", stations.facility, name="admin-facility"),
    path("administration/keys/", stations.keys, name="admin-keys"),
    path("administration/keys/<uuid:key_id>/revoke/", stations.revoke_key, name="admin-key-revoke"),
    path("administration/files/<slug:kind>/", upload.upload, name="admin-file"),
    path("administration/files/<slug:kind>/template.csv", upload.template, name="admin-file-template"),
    path("administration/uploads/<uuid:upload_id>/", upload.staged, name="admin-upload"),
    path("administration/uploads/<uuid:upload_id>/commit/", upload.commit, name="admin-upload-commit"),
    path("administration/uploads/<uuid:upload_id>/codes/", upload.codes, name="admin-upload-codes"),
    path("administration/uploads/<uuid:upload_id>/errors.csv", upload.errors, name="admin-upload-errors"),
    # auditors
    path("administration/looks/", watching.looks, name="admin-looks"),
    path("administration/alerts/", watching.alerts, name="admin-alerts"),
    path("administration/alerts/<uuid:alert_id>/", watching.answer, name="admin-alert"),
    path("administration/alerts/keep/", watching.keep, name="admin-keep"),
]
